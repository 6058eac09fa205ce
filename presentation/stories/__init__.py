"""What each page says: sentences, key numbers and charts made from shown figures."""
