module crwatch/tests/bench/server

go 1.26.0
