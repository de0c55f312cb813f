"""Files at both ends of the flow: compressed input, atomic output, containers, arrays that grow."""
