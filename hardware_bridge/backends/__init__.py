"""Real motors behind the one door that the stack knows: each speaks its own bytes and keeps the same promises."""
