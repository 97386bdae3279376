"""`holdfast ci`: what a pipeline needs beside `pulumi` itself. Runs the CLI, imports nothing of Pulumi's."""
