"""The functions, one file each, in a folder an area."""
