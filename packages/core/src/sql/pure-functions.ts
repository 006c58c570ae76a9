/**
 * Words that may stand before an opening parenthesis in a statement that only reads. A word that is not listed may be a stored
 * function, which can do anything.
 *
 * A name is listed only where an unquoted and unqualified call can never reach a stored function of that name, on MariaDB from
 * 10.5 and MySQL from 8.0.11 on. `test/integration/statement-kind.test.ts` repeats the proof on its server: for each word the
 * test creates a stored function of that name, and calls the word with and without a space before the parenthesis, in the
 * `sql_mode`s that change how names are read. On MariaDB 10.11 and MySQL 9.7 none of these stored functions was run. Functions
 * that only one family has, or that came later than those versions, are not listed: MD5 and SHA1 left MySQL's server with
 * version 9, POINT and its like are no functions of MariaDB's parser, JSON_VALUE came with MySQL 8.0.21, JSON_PRETTY with
 * MariaDB 10.10.
 *
 * Also left out on purpose: GET_LOCK and its family, SLEEP, BENCHMARK, NEXTVAL, SETVAL, LOAD_FILE, MASTER_POS_WAIT and its
 * family, and every function that waits for replication. LAST_INSERT_ID with an argument is told apart by the classifier.
 */
const words = (...lists: readonly string[]): readonly string[] => lists.join(' ').split(' ')

/** Words that are no calls: keywords of expressions and clauses, and the types of CAST. */
export const AFTER_KEYWORDS = words(
  'all and any as between by case distinct div else except exists for from group having if in index inner interval is join key',
  'left like limit match mod natural not on or order outer over partition regexp right rlike row select some straight_join',
  'then union using values when where with xor',
  'binary char date datetime dec decimal double float int integer nchar numeric signed time timestamp unsigned varchar year',
)

/** Functions that servers recognise with blanks and comments between the name and the parenthesis. */
export const CALLS = words(
  'avg',
  'abs acos asin atan atan2 ceil ceiling conv cos cot crc32 degrees exp floor format greatest least ln log log10 log2 oct pi',
  'pow power radians rand round sign sin sqrt tan truncate',
  'ascii bin bit_count bit_length char_length character_length compress concat concat_ws elt export_set field find_in_set',
  'from_base64 hex insert instr lcase length locate lower lpad ltrim make_set octet_length ord quote regexp_instr',
  'regexp_replace regexp_substr repeat replace reverse rpad rtrim sha2 soundex space strcmp substring_index to_base64 ucase',
  'uncompress uncompressed_length unhex upper weight_string aes_decrypt aes_encrypt charset coercibility collation convert',
  'extractvalue updatexml',
  'addtime convert_tz current_date current_time current_timestamp datediff day dayname dayofmonth dayofweek dayofyear',
  'from_days from_unixtime get_format hour last_day localtime localtimestamp makedate maketime microsecond minute month',
  'monthname period_add period_diff quarter sec_to_time second str_to_date subtime time_format time_to_sec timediff',
  'timestampadd timestampdiff to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear',
  'yearweek',
  'json_array json_array_append json_array_insert json_contains json_contains_path json_depth json_extract json_insert',
  'json_keys json_length json_merge_patch json_merge_preserve json_object json_quote json_remove json_replace json_search',
  'json_set json_type json_unquote json_valid',
  'st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull st_crosses',
  'st_difference st_dimension st_disjoint st_distance st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext',
  'st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb',
  'st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_issimple st_length st_linefromtext',
  'st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromtext st_pointfromwkb st_pointn st_polyfromtext',
  'st_srid st_startpoint st_symdifference st_touches st_union st_within st_x st_y mbrcontains mbrintersects mbroverlaps',
  'mbrwithin',
  'coalesce connection_id current_role current_user database default found_rows ifnull inet6_aton inet6_ntoa inet_aton',
  'inet_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull last_insert_id name_const nullif row_count schema user',
  'uuid uuid_short version',
)

/**
 * Functions that servers recognise only where the parenthesis follows the name at once, unless `sql_mode` has IGNORE_SPACE.
 * With blanks between, the server calls a stored function of that name. All window functions are in this list, and every
 * function that the list of some server version has.
 */
export const CALLS_AT_ONCE = words(
  'bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max min std stddev stddev_pop stddev_samp sum',
  'var_pop var_samp variance',
  'cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number',
  'cast extract mid position substr substring trim',
  'adddate curdate curtime date_add date_format date_sub now subdate sysdate',
  'session_user system_user',
)
