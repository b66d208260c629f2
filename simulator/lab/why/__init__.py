"""Why the screen moved or stayed, in sentences made from the record that the checks read."""
