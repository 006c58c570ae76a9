/**
 * Words that may stand before an opening parenthesis in a statement that only reads: the servers' functions without side
 * effects, and keywords. A name that is not listed may be a stored function, which can do anything.
 *
 * Left out on purpose: GET_LOCK and its family, SLEEP, BENCHMARK, NEXTVAL, SETVAL, LAST_INSERT_ID(expr), LOAD_FILE,
 * MASTER_POS_WAIT and its family, and everything that waits for replication.
 */
const KEYWORDS =
  'all and any as between by case coalesce distinct div else end except exists from full group having if in inner intersect ' +
  'interval is join lateral left like limit match mod natural not offset on or order outer over partition recursive regexp ' +
  'right rlike rollup row select some straight_join then union using values when where window with xor against'

const TYPES =
  'binary bit blob char character date datetime dec decimal double fixed float int integer nchar numeric real signed text ' +
  'time timestamp unsigned varbinary varchar varying year'

const AGGREGATES =
  'avg bit_and bit_or bit_xor count cume_dist dense_rank first_value group_concat grouping json_arrayagg json_objectagg lag ' +
  'last_value lead max median min nth_value ntile percent_rank percentile_cont percentile_disc rank row_number std stddev ' +
  'stddev_pop stddev_samp sum any_value var_pop var_samp variance'

const NUMBERS =
  'abs acos asin atan atan2 ceil ceiling conv cos cot crc32 crc32c degrees exp floor format greatest least ln log log10 ' +
  'log2 oct pi pow power radians rand round sign sin sqrt tan truncate'

const STRINGS =
  'ascii bin bit_length char_length character_length chr compress concat concat_ws elt export_set field find_in_set ' +
  'from_base64 hex insert instr lcase length lengthb locate lower lpad ltrim make_set md5 mid natural_sort_key octet_length ' +
  'ord position quote regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse rpad rtrim sformat sha ' +
  'sha1 sha2 soundex space strcmp substr substring substring_index to_base64 to_char trim trim_oracle ucase uncompress ' +
  'uncompressed_length unhex upper weight_string aes_decrypt aes_encrypt collate charset coercibility collation convert cast'

const TIMES =
  'add_months adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date_add date_format ' +
  'date_sub datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format hour last_day ' +
  'localtime localtimestamp makedate maketime microsecond minute month monthname months_between now period_add period_diff ' +
  'quarter sec_to_time second str_to_date subdate subtime sysdate time_format time_to_sec timediff timestampadd ' +
  'timestampdiff to_days to_seconds trunc unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear yearweek'

const JSON_AND_SPATIAL =
  'json_array json_array_append json_array_insert json_array_intersect json_compact json_contains json_contains_path ' +
  'json_depth json_detailed json_equals json_exists json_extract json_insert json_keys json_length json_loose json_merge ' +
  'json_merge_patch json_merge_preserve json_normalize json_object json_object_filter_keys json_object_to_array ' +
  'json_overlaps json_pretty json_query json_quote json_remove json_replace json_schema_valid json_search json_set ' +
  'json_storage_free json_storage_size json_table json_type json_unquote json_valid json_value columns path nested ordinality ' +
  'geometrycollection linestring multilinestring multipoint multipolygon point polygon st_area st_asbinary st_asgeojson ' +
  'st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull st_crosses st_difference st_dimension ' +
  'st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_geohash ' +
  'st_geomcollfromtext st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb st_interiorringn ' +
  'st_intersection st_intersects st_isclosed st_isempty st_issimple st_isvalid st_latfromgeohash st_latitude st_length ' +
  'st_linefromtext st_longfromgeohash st_longitude st_makeenvelope st_numgeometries st_numinteriorrings st_numpoints ' +
  'st_overlaps st_pointfromgeohash st_pointfromtext st_pointn st_polyfromtext st_simplify st_srid st_startpoint ' +
  'st_swapxy st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y mbrcontains mbrequal ' +
  'mbrintersects mbroverlaps mbrwithin vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext'

const OTHERS =
  'bit_count bin_to_uuid connection_id current_role current_user database decode decode_oracle default found_rows ' +
  'ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isnull ' +
  'name_const nullif nvl nvl2 password row_count schema session_user system_user sys_guid user uuid uuid_short uuid_to_bin ' +
  'value version nulls'

const PURE: ReadonlySet<string> = new Set(
  [KEYWORDS, TYPES, AGGREGATES, NUMBERS, STRINGS, TIMES, JSON_AND_SPATIAL, OTHERS].join(' ').split(' '),
)

/** Whether a word before a parenthesis, in lower case, is known to be harmless. */
export function isPure(word: string): boolean {
  return PURE.has(word)
}
