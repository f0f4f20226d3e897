"""A few dozen lines of one hand -> a personal pack. NumPy alone: no PyTorch, neither at learning nor at reading."""
