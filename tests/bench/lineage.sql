-- SPDX-License-Identifier: Apache-2.0
--
-- lineage.sql - what bench_lineage asks of varde, asked of PostgreSQL.
--
-- usage: psql -v dir=DIR -v part=load|trend|overlap …
--   load     the tables that bench_lineage wrote into DIR (*.tsv), by COPY
--   trend    -v name=NAME -v grouped=0|1 -v as_of=REVISION -v structure=DAY: rows of an additive indicator into DIR/sql.NAME
--   overlap  -v with=shire|commune: rows into DIR/sql.overlap_WITH
-- What an answer holds is what varde answers: a row a period and unit (or county), its sum, and whether that is all of it;
-- what is known to lie among several is a row of its own.
\set ON_ERROR_STOP 1
\set QUIET 1
SELECT :'part' = 'load' AS is_load, :'part' = 'trend' AS is_trend, :'part' = 'overlap' AS is_overlap \gset

\if :is_load
\cd :dir
CREATE TABLE unit (unit int PRIMARY KEY, id text NOT NULL, county int NOT NULL);
CREATE TABLE round (period date PRIMARY KEY);
CREATE TABLE lineage (event int, rev bigint, effective date, source int, target int);
CREATE TABLE observation (unit int, period date, value bigint, rev bigint, superseded bigint);
CREATE TABLE cover (commune text PRIMARY KEY, shire text, region text);
\copy unit FROM 'unit.tsv'
\copy round FROM 'round.tsv'
\copy lineage FROM 'lineage.tsv'
\copy observation FROM 'observation.tsv'
\copy cover FROM 'cover.tsv'
CREATE TABLE name (grouped int, place int, id text NOT NULL, PRIMARY KEY (grouped, place));
INSERT INTO name SELECT 0, unit, id FROM unit UNION ALL SELECT DISTINCT 1, county, 'county/' || to_char(county, 'FM000') FROM unit;
ALTER TABLE observation ADD PRIMARY KEY (unit, period, rev);
CREATE INDEX ON lineage (source, effective);
VACUUM (FREEZE, ANALYZE);
\endif

\if :is_trend
\timing on
\o :dir/sql.:name
COPY (
WITH RECURSIVE known AS (
	SELECT DISTINCT source, effective, target FROM lineage WHERE rev <= :as_of AND effective <= :'structure'
), days AS ( -- a unit may meet several events, one after the other
	SELECT source, effective, lag(effective, 1, '-infinity') OVER (PARTITION BY source ORDER BY effective) AS since
	FROM (SELECT DISTINCT source, effective FROM known) d
), edge AS MATERIALIZED (
	SELECT source, target, since, effective FROM known JOIN days USING (source, effective)
), walk (origin, period, unit, day) AS (
	SELECT s.source, r.period, s.source, r.period FROM (SELECT DISTINCT source FROM edge) s CROSS JOIN round r
	UNION
	SELECT w.origin, w.period, e.target, e.effective
	FROM walk w JOIN edge e ON e.source = w.unit AND w.day >= e.since AND w.day < e.effective
), ends AS ( -- where a unit of a round lies in the end
	SELECT DISTINCT w.origin, w.period, CASE :grouped WHEN 1 THEN u.county ELSE w.unit END AS place
	FROM walk w JOIN unit u USING (unit)
	WHERE NOT EXISTS (SELECT FROM edge e WHERE e.source = w.unit AND w.day >= e.since AND w.day < e.effective)
), flow AS (
	SELECT origin AS unit, period, min(place) AS place, count(*) > 1 AS divided, array_agg(place ORDER BY place) AS among
	FROM ends GROUP BY 1, 2
), figure AS (
	SELECT unit, period, value FROM observation
	WHERE rev <= :as_of AND (superseded IS NULL OR superseded > :as_of)
), placed AS (
	SELECT period, coalesce(f.place, CASE :grouped WHEN 1 THEN u.county ELSE u.unit END) AS place,
	       CASE WHEN f.divided THEN f.among END AS among, value
	FROM figure JOIN unit u USING (unit) LEFT JOIN flow f USING (unit, period)
), total AS (
	SELECT period, place, among, sum(value) AS value FROM placed GROUP BY 1, 2, 3
), part AS ( -- some of what is divided may lie here
	SELECT DISTINCT period, unnest(among) AS place FROM total WHERE among IS NOT NULL
), rows AS (
	SELECT coalesce(t.period, p.period) AS period, coalesce(t.place, p.place) AS place, NULL::int[] AS among,
	       coalesce(t.value, 0) AS value, CASE WHEN p.place IS NULL THEN 'sure' ELSE 'bounds' END AS how
	FROM (SELECT * FROM total WHERE among IS NULL) t FULL JOIN part p ON p.period = t.period AND p.place = t.place
	UNION ALL
	SELECT period, NULL, among, value, 'among' FROM total WHERE among IS NOT NULL
)
SELECT period, coalesce(n.id, 
       (SELECT string_agg(m.id, '+' ORDER BY m.id) FROM name m WHERE m.grouped = :grouped AND m.place = ANY (among))),
       value, how
FROM rows r LEFT JOIN name n ON n.grouped = :grouped AND n.place = r.place
ORDER BY 2, 1
) TO STDOUT (DELIMITER '|');
\o
\endif

\if :is_overlap
\timing on
\o :dir/sql.overlap_:with
COPY (
WITH other AS (
	SELECT commune, region, CASE :'with' WHEN 'shire' THEN shire ELSE commune END AS b FROM cover
), pair AS (
	SELECT region, b, count(*) AS common FROM other GROUP BY 1, 2
), a AS (
	SELECT region, count(*) AS n FROM cover GROUP BY 1
), b AS (
	SELECT b, count(*) AS n FROM other GROUP BY 1
)
SELECT region, b, CASE WHEN common = b.n THEN 'whole' ELSE 'part' END,
       CASE WHEN common = a.n THEN 'contains' ELSE '' END, common
FROM pair JOIN a USING (region) JOIN b USING (b) ORDER BY 1, 2
) TO STDOUT (DELIMITER '|');
\o
\endif
