"""What does each slice of the securitised debt lose, in normal times and in a crisis?"""
