"""How many gigawatts are missing, and which paths fill the gap by when?"""
