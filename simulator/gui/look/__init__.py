"""Colours, icons, style sheet, and the fence that turns an error into a notice."""
