"""Who serves: the gates before a promotion, the promotion, and the watch over it afterwards."""
