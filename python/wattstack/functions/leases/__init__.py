"""What is a lease worth, what debt does it carry, and what if it is not renewed?"""
