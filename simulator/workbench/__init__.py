"""What a person works on, without Qt: an open scene, its run, its history, its edits."""
