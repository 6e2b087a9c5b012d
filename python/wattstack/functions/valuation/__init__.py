"""What does the market pay per watt, and what does converting a mine cost?"""
