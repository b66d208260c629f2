"""Many runs over many settings: plans with axes and designs, the sweep that makes their runs, and what mattered."""
