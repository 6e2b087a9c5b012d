"""Where does a figure come from, what does a function do, what is wrong with a call?"""
