"""The command `penscript`: one file a subcommand. Only here is the environment read and anything printed."""

from penscript.cli.app import main as main
