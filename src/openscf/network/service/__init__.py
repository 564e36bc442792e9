"""The shell: takes snapshots, and asks engines about them."""
