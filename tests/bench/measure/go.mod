module crwatch/tests/bench/measure

go 1.26.0
