"""Routes in, what stands between a client's data and the code and between the code's data and a client out."""
