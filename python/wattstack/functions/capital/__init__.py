"""What does a gigawatt cost?"""
