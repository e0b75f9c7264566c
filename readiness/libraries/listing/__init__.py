"""List endpoints in; the reads behind them, their page sizes and their orders out."""
