# SPDX-License-Identifier: Apache-2.0
# Figures of one run → ratios against the floors and aims of the design, section 12.
{ f[$1] = $2 }
function row(what, value, better, floor, aim, unit,   ok) {
	rows++
	ok = better == ">" ? value >= floor : value <= floor
	printf "%-58s %10.2f %-10s floor %s %-8g aim %-8g %s\n", what, value, unit, better, floor, aim, ok ? "ok" : "UNDER ITS FLOOR"
	if (!ok) under++
}
# Nothing to compare with: said, not judged.
function told(what, value, unit) {
	printf "%-58s %10.2f %s\n", what, value, unit
}
function projected(what, name) {
	if (("sql_" name) in f)
		row(what, f["sql_" name] / f["lineage_" name], ">", 10, 50, "x")
	else
		told(what ", seconds", f["lineage_" name], "s")
	if (("lite_" name) in f)
		told("    SQLite / the same", f["lite_" name] / f["lineage_" name], "x")
}
END {
	print ""
	if ("raw_zmq_rtt_p50_us" in f) {
		row("durable submissions/s, 1024 in flight / naive LMDB", f["ingest_1024_per_s"] / f["raw_lmdb_naive_per_s"], ">", 4, 8, "x")
		row("  the same / naive LMDB with a million records only", f["ingest_1024_per_s"] / f["raw_lmdb_naive_1m_per_s"], ">", 4, 8, "x")
		row("  the same, one message a request", f["ingest_1024_single_per_s"] / f["raw_lmdb_naive_per_s"], ">", 4, 8, "x")
		row("receipt p99 under that load", f["ingest_1024_p99_us"] / 1000, "<", 100, 20, "ms")
		row("one in flight, p50 / (ZeroMQ + LMDB append)", f["ingest_1_p50_us"] / (f["raw_zmq_rtt_p50_us"] + f["raw_lmdb_append_p50_us"]), "<", 1.5, 1, "x")
		row("as-of question p50 / ZeroMQ round trip", f["asof_p50_us"] / f["raw_zmq_rtt_p50_us"], "<", 1.4, 1.2, "x")
		row("as-of questions pipelined / bare ZeroMQ pipelined", f["asof_pipelined_per_s"] / f["raw_zmq_pipelined_per_s"], ">", 0.2, 0.3, "x")
		row("question p99 under full ingest / idle p99", f["asof_busy_p99_us"] / f["asof_p99_us"], "<", 5, 2, "x")
		row("replay of the change log", f["replay_per_s"] / 1e6, ">", 2, 5, "M/s")
		row("disk written per record", f["disk_bytes_per_record"] / 1000, "<", 5, 2, "KB")
		row("rebuild of the index", f["records"] / f["rebuild_s"], ">", 300000, 1000000, "rec/s")
		row("start to serving after kill -9", f["restart_s"], "<", 1, 0.2, "s")
		row("resident memory beyond the page cache", f["rss_anon_kb"] / 1024, "<", 128, 64, "MiB")
	}
	if ("lineage_trend_county_now_s" in f) {
		told("import of 190 years of changes", f["import_190_years_s"], "s")
		if ("import_norway_s" in f)
			told("import of Norway's", f["import_norway_s"], "s")
		projected("PostgreSQL / trend in the structure of today, counties", "trend_county_now_s")
		projected("  the same, as of an old revision", "trend_county_old_s")
		projected("PostgreSQL / trend in the structure of today, all units", "trend_unit_now_s")
		projected("  the same, as of an old revision", "trend_unit_old_s")
		told("overlap of regions and shires", f["lineage_overlap_shire_ms"], "ms")
		told("overlap of regions and communes", f["lineage_overlap_commune_ms"], "ms")
		if ("sql_overlap_shire_ms" in f) {
			told("PostgreSQL / overlap of regions and shires", f["sql_overlap_shire_ms"] / f["lineage_overlap_shire_ms"], "x")
			told("PostgreSQL / overlap of regions and communes", f["sql_overlap_commune_ms"] / f["lineage_overlap_commune_ms"], "x")
		}
	}
	printf "%d of %d rows under their floor\n", under, rows
}
