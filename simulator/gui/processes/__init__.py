"""The programs that the window starts, and the pipes to them."""
