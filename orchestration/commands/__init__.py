"""The commands of `vigil`: a file each, with `add_arguments(parser)` and `run(arguments) -> exit status`."""
