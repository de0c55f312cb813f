"""The explorer: a page that shows vectors as a map and answers from them in the browser, without a server."""
