import { ZodMiniArray, ZodMiniBoolean, ZodMiniCustom, ZodMiniDefault, ZodMiniEnum, ZodMiniLiteral, ZodMiniNumber, ZodMiniObject, ZodMiniOptional, ZodMiniPrefault, ZodMiniReadonly, ZodMiniRecord, ZodMiniString, ZodMiniUnion, _default as withDefault, array as array$1, boolean, custom, enum as enum$1, int, keyof, literal, maximum, minimum, number, optional, prefault, readonly, record, refine, regex as regex$1, strictObject, string, union, unknown } from "zod/mini";
import { isIP, isIPv4, isIPv6 } from "node:net";
import { createSecureContext } from "node:tls";
import { AsyncResource } from "node:async_hooks";
import { lookup } from "node:dns/promises";
import mysql2, { escape, escapeId } from "mysql2";
import { Buffer as Buffer$1 } from "buffer";
import { Readable } from "node:stream";
import { performance } from "node:perf_hooks";
// packages/core/src/simulation/search/lives.ts
/** The same where it takes promises. */
async function liveAllInTime(living, live) {
	for (let step = living.next();;) {
		if (step.done === true) return step.value;
		step = living.next(await live(step.value));
	}
}
// packages/core/src/simulation/search/shrinking.ts
/** The shortest life found that breaks the same rule: steps are left out, many at a time at first, then options and details. */
function* shrinking(kind, life, rule) {
	let best = life;
	for (;;) {
		const before = JSON.stringify(best);
		best = yield* withFewerOperations(best, rule);
		best = yield* withPlainerOptions(kind, best, rule);
		best = yield* withPlainerOperations(kind, best, rule);
		if (JSON.stringify(best) === before) return best;
	}
}
function* withFewerOperations(life, rule) {
	let { operations } = life;
	for (let length = Math.ceil(operations.length / 2); length > 0; length = length === 1 ? 0 : Math.ceil(length / 2)) for (let start = 0; start < operations.length;) {
		const fewer = operations.toSpliced(start, length);
		if ((yield {
			...life,
			operations: fewer
		})?.rule === rule) operations = fewer;
		else start += length;
	}
	return {
		...life,
		operations
	};
}
function* withPlainerOptions(kind, life, rule) {
	let best = life;
	for (const plainerOf of kind.plainerOptions) {
		const candidate = {
			...best,
			options: {
				...best.options,
				...plainerOf(best.options)
			}
		};
		if (JSON.stringify(candidate) === JSON.stringify(best)) continue;
		if ((yield candidate)?.rule === rule) best = candidate;
	}
	return best;
}
function* withPlainerOperations(kind, life, rule) {
	let best = life;
	for (let index = 0; index < best.operations.length; index += 1) for (let improved = true; improved;) {
		improved = false;
		const operation = best.operations[index];
		if (operation === void 0) break;
		for (const plainer of kind.plainerOperations(operation)) {
			if (JSON.stringify(plainer) === JSON.stringify(operation)) continue;
			const candidate = {
				...best,
				operations: best.operations.with(index, plainer)
			};
			if ((yield candidate)?.rule !== rule) continue;
			best = candidate;
			improved = true;
			break;
		}
	}
	return best;
}
// packages/core/src/simulation/search/searching.ts
/** Asks for random lives, one after the other, until so many operations are done or a rule is broken. */
function* searching(kind, seed, operations, { onLife, shortens = () => true } = {}) {
	let taken = 0;
	let lives = 0;
	while (taken < operations) {
		const life = kind.generate(seed + lives);
		lives += 1;
		taken += kind.sizeOf(life);
		const violation = yield life;
		if (violation !== void 0) {
			const shortened = shortens(violation.rule) ? yield* shrinking(kind, life, violation.rule) : life;
			return {
				operations: taken,
				lives,
				finding: {
					after: taken,
					violation,
					life,
					shortened
				}
			};
		}
		onLife?.(taken);
	}
	return {
		operations: taken,
		lives,
		finding: void 0
	};
}
/** How a finding is told. @param told - what happened in the shortened life, line by line */
function wordsOfFinding({ after, violation, life, shortened }, replayedWith, told) {
	return [
		`After ${after} operations a rule was broken: ${violation.rule} (${violation.detail})`,
		`in the life of seed ${life.seed}, ${life.operations.length} operations long. Shortened to ${shortened.operations.length}:`,
		...told.map((line) => `  ${line}`),
		`Replay it with ${replayedWith} and`,
		JSON.stringify(shortened)
	].join("\n");
}
// packages/core/src/simulation/random.ts
/** A generator of numbers in [0, 1) that says the same for the same seed: mulberry32, 32 bits of state and no more. */
function createRandom(seed) {
	let state = seed >>> 0;
	return () => {
		state = state + 1831565813 >>> 0;
		let mixed = Math.imul(state ^ state >>> 15, state | 1);
		mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
		return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
	};
}
/** A whole number from `least` to `most`, both included. */
function between$1(random, least, most) {
	return least + Math.floor(random() * (most - least + 1));
}
/** One of a list that is not empty. */
function oneOf$1(random, items) {
	const item = items[Math.floor(random() * items.length)];
	if (item === void 0) throw new Error("There is nothing to choose from");
	return item;
}
// packages/core/src/simulation/hosts/generate.ts
const LONGEST_LIFE = 60;
/** A life from its seed. */
function generateLife(seed) {
	const random = createRandom(seed);
	const options = {
		addresses: between$1(random, 1, 3),
		kind: random() < .7 ? "galera" : "replication",
		probes: random() < .85,
		connectionLimit: between$1(random, 2, 6),
		selector: random() < .7 ? "random" : "ordered"
	};
	const length = between$1(random, 5, LONGEST_LIFE);
	return {
		seed,
		options,
		operations: Array.from({ length }, () => generateOperation(random))
	};
}
const makers = [
	[14, (random) => ({
		do: "run",
		access: access(random),
		count: between$1(random, 1, 6)
	})],
	[5, (random) => ({
		do: "borrow",
		access: access(random)
	})],
	[8, (random) => ({
		do: "put",
		which: between$1(random, 0, 4),
		access: access(random)
	})],
	[5, (random) => ({
		do: "release",
		which: between$1(random, 0, 4)
	})],
	[26, (random) => ({
		do: "wait",
		time: time(random)
	})],
	[6, (random) => ({
		do: "lead",
		...place(random)
	})],
	[3, (random) => ({
		do: "switch over",
		...place(random)
	})],
	[2, (random) => ({
		do: "freeze",
		...place(random)
	})],
	[3, (random) => ({
		do: "thaw",
		...place(random)
	})],
	[4, (random) => ({
		do: "welcome",
		how: oneOf$1(random, [
			"accepts",
			"accepts",
			"refuses",
			"is silent"
		]),
		...place(random)
	})],
	[5, (random) => ({
		do: "end sessions",
		times: random() < .6 ? 1 : between$1(random, 2, 8),
		...place(random)
	})],
	[3, (random) => ({
		do: "drop flows",
		...place(random)
	})],
	[6, (random) => ({
		do: "read only",
		name: oneOf$1(random, READ_ONLY),
		...place(random)
	})],
	[2, (random) => ({
		do: "refuse writes",
		on: random() < .4,
		...place(random)
	})],
	[3, (random) => ({
		do: "cluster",
		cluster: oneOf$1(random, [
			"x",
			"x",
			"y",
			"none"
		]),
		...place(random)
	})],
	[4, (random) => ({
		do: "primary",
		on: random() < .6,
		...place(random)
	})],
	[3, (random) => ({
		do: "stop replication",
		on: random() < .5,
		...place(random)
	})],
	[2, (random) => ({
		do: "privilege",
		on: random() < .6
	})],
	[1, (random) => ({
		do: "password",
		time: oneOf$1(random, [
			0,
			0,
			300,
			1500,
			-1
		])
	})]
];
const READ_ONLY = [
	"none",
	"none",
	"read_only",
	"super_read_only",
	"innodb_read_only",
	"transaction_read_only"
];
const weights = makers.reduce((sum, [weight]) => sum + weight, 0);
function generateOperation(random) {
	let left = random() * weights;
	for (const [weight, make] of makers) {
		left -= weight;
		if (left < 0) return make(random);
	}
	return {
		do: "wait",
		time: 0
	};
}
function access(random) {
	return random() < .5 ? "read" : "write";
}
function place(random) {
	return {
		address: between$1(random, 0, 2),
		server: between$1(random, 0, 1)
	};
}
function time(random) {
	const drawn = random();
	if (drawn < .4) return between$1(random, 0, 50);
	if (drawn < .7) return between$1(random, 50, 1500);
	if (drawn < .95) return between$1(random, 1500, 6e3);
	return between$1(random, 6e3, 4e4);
}
// packages/core/src/config/shown-value.ts
/** Options whose values never appear anywhere, whatever they were set to. */
const secretNames = /* @__PURE__ */ new Set([
	"password",
	"passphrase",
	"key",
	"cert",
	"ca",
	"connectAttributes"
]);
const longestShown = 60;
/** How a value is shown in a message: enough to recognise it, and nothing of a secret. */
function shownValue(value, path) {
	if (path.some((step) => typeof step === "string" && secretNames.has(step))) return `${kindOf$1(value)} (not shown)`;
	if (typeof value === "string") return shownText(value);
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	return kindOf$1(value);
}
/** A text in quotes, on one line, shortened; what may be credentials or a key in it is left out. */
function shownText(value) {
	if (value.includes("-----BEGIN")) return "a PEM text (not shown)";
	const at = value.lastIndexOf("@");
	const masked = at > 0 ? `***${value.slice(at)}` : value;
	return JSON.stringify(masked.length > longestShown ? `${masked.slice(0, longestShown)}…` : masked);
}
/** What kind of value it is, in words that tell nothing of what it holds. */
function kindOf$1(value) {
	if (value === null) return "null";
	if (value === void 0) return "nothing";
	if (value === "") return "an empty string";
	if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
	if (Buffer.isBuffer(value)) return "a Buffer";
	if (typeof value === "object") return "an object";
	return `a ${typeof value}`;
}
// packages/core/src/config/option-kinds.ts
/** The longest time a timer of Node can measure; a longer one would fire at once. */
const longestTimer = 2147483647;
/**
* The kinds of values that options take. The text given to zod as the error is what the value is allowed to be; the message
* around it is made where all problems are listed.
*/
function wholeNumber(least, most) {
	const error = most === void 0 ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`;
	return int({ error }).check(minimum(least, { error }), maximum(most ?? Number.MAX_SAFE_INTEGER, { error }));
}
function milliseconds(least) {
	const error = `whole milliseconds from ${least} to ${longestTimer}`;
	return int({ error }).check(minimum(least, { error }), maximum(longestTimer, { error }));
}
function finiteNumber(least) {
	const error = least === void 0 ? "a finite number" : `a finite number, ${least} or more`;
	return number({ error }).check(minimum(least ?? Number.NEGATIVE_INFINITY, { error }));
}
function flag() {
	return boolean({ error: "true or false" });
}
function text() {
	return string({ error: "a string" });
}
/** A string that says something. */
function name() {
	const error = "a string that is not empty";
	return string({ error }).check(regex$1(/\S/, { error }));
}
function oneOf(...values) {
	return enum$1(values, { error: listed(values) });
}
/** A function, taken as its type says: what it takes and answers cannot be checked before it is called. */
function callback() {
	return custom((value) => typeof value === "function", { error: "a function" });
}
/** `a, b or c`, each quoted. */
function listed(values) {
	const quoted = values.map((value) => `'${value}'`);
	const last = quoted.pop() ?? "";
	return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
// packages/core/src/config/pool-schema.ts
const port = wholeNumber(1, 65535);
/** One host given as an object. What is left out is filled in from the pool's options and the place in the list. */
const hostSchema = strictObject({
	host: name(),
	port: optional(port),
	weight: optional(finiteNumber(0)),
	zone: optional(name()),
	priority: optional(finiteNumber()),
	connectionLimit: optional(wholeNumber(1)),
	servername: optional(name())
}, { error: "an object { host, … }" });
const healthSchema = strictObject({
	probe: withDefault(union([oneOf("auto", "galera", "group-replication", "replication", "plain"), literal(false)], { error: "'auto', 'galera', 'group-replication', 'replication', 'plain' or false" }), "auto"),
	interval: withDefault(milliseconds(1), 2e3),
	retryInterval: optional(milliseconds(1)),
	timeout: withDefault(milliseconds(1), 1e3),
	slowStart: withDefault(milliseconds(0), 1e4),
	maxReplicaLag: withDefault(milliseconds(0), 3e4),
	maxReceiveQueue: withDefault(wholeNumber(0), 1e3),
	useDonors: withDefault(flag(), false)
}, { error: "an object { probe, interval, … }" });
const discoverySchema = strictObject({
	from: withDefault(oneOf("cluster", "dns"), "cluster"),
	interval: withDefault(milliseconds(100), 3e4),
	map: optional(callback())
}, { error: "an object { from, interval, … }" });
const buffer = custom((value) => Buffer.isBuffer(value), { error: "a Buffer" });
const pemAllowed = { error: "PEM text, as a string, a Buffer or an array of them" };
const pem = union([
	string(),
	buffer,
	readonly(array$1(union([string(), buffer], pemAllowed)))
], pemAllowed);
const tlsVersion = oneOf("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
const sslSchema = strictObject({
	ca: optional(pem),
	cert: optional(pem),
	key: optional(pem),
	passphrase: optional(text()),
	ciphers: optional(name()),
	minVersion: optional(tlsVersion),
	maxVersion: optional(tlsVersion),
	rejectUnauthorized: withDefault(flag(), true),
	verifyIdentity: optional(flag())
});
/** How values are decoded. Nothing is filled in: each lease may say otherwise, and mysql2 has the defaults. */
const decodingShape = {
	supportBigNumbers: optional(flag()),
	bigNumberStrings: optional(flag()),
	decimalNumbers: optional(flag()),
	dateStrings: optional(union([boolean(), readonly(array$1(oneOf("TIMESTAMP", "DATETIME", "DATE")))], { error: "true, false or an array of 'TIMESTAMP', 'DATETIME' and 'DATE'" })),
	jsonStrings: optional(flag()),
	timezone: optional(string({ error: "'local', 'Z' or '±HH:MM'" }).check(regex$1(/^(?:local|Z|[ +-](?:0\d|1[0-4]):[0-5]\d)$/, { error: "'local', 'Z' or '±HH:MM', as in '+02:00'" }))),
	typeCast: optional(union([boolean(), callback()], { error: "true, false or a function" })),
	rowsAsArray: optional(flag()),
	nestTables: optional(union([boolean(), string()], { error: "true, false or a separator" })),
	namedPlaceholders: optional(flag()),
	stringifyObjects: optional(flag())
};
/** The same for one borrower or one statement. */
const decodingSchema = strictObject(decodingShape, { error: "an object { dateStrings, timezone, … }" });
/** Every option: the values it takes and, where it has a fixed one, its default. The one source of both. */
const poolSchema = strictObject({
	host: optional(union([string(), readonly(array$1(union([string(), hostSchema], { error: "a string such as 'db1:3307', or an object { host, … }" })))], { error: "a string such as 'db1,db2:3307', or an array of strings or objects" })),
	port: withDefault(port, 3306),
	socketPath: optional(name()),
	user: optional(text()),
	password: optional(union([string(), callback()], { error: "a string, or a function that answers one" })),
	database: optional(text()),
	ssl: withDefault(union([
		boolean(),
		enum$1(["Amazon RDS"]),
		sslSchema
	], { error: "true, false, an object { ca, … } or the profile 'Amazon RDS'" }), false),
	charset: withDefault(name(), "utf8mb4_unicode_ci"),
	poolName: withDefault(name(), "hostpool"),
	connectionLimit: withDefault(wholeNumber(1), 4),
	minIdle: withDefault(wholeNumber(0), 0),
	maxIdle: optional(wholeNumber(0)),
	idleTimeout: withDefault(milliseconds(0), 6e4),
	maxLifetime: withDefault(milliseconds(0), 18e5),
	maxConnecting: withDefault(wholeNumber(1), 2),
	connectTimeout: withDefault(milliseconds(1), 1e4),
	waitForConnections: withDefault(flag(), true),
	queueLimit: withDefault(wholeNumber(0), 0),
	acquireTimeout: withDefault(milliseconds(0), 1e4),
	noHostTimeout: withDefault(milliseconds(0), 0),
	validateAfterIdle: withDefault(union([milliseconds(0), literal(false)], { error: "whole milliseconds from 0 to 2147483647, or false" }), 500),
	validationTimeout: withDefault(milliseconds(1), 1e3),
	resetOnRelease: withDefault(flag(), false),
	retryReads: withDefault(flag(), true),
	hedgeReads: optional(flag()),
	leakDetectionThreshold: withDefault(milliseconds(0), 0),
	endTimeout: withDefault(milliseconds(0), 1e4),
	selector: withDefault(union([oneOf("random", "round-robin", "ordered", "least-busy", "latency"), callback()], { error: "'random', 'round-robin', 'ordered', 'least-busy', 'latency' or a function" }), "random"),
	zone: optional(name()),
	health: prefault(healthSchema, {}),
	discovery: withDefault(union([
		literal(false),
		oneOf("cluster", "dns"),
		discoverySchema
	], { error: "false, 'cluster', 'dns' or an object { from, interval, … }" }), false),
	sessionVariables: withDefault(record(string().check(regex$1(/^[a-z_]\w*$/i, { error: "names of session variables, as in time_zone" })), union([
		string(),
		number(),
		boolean()
	], { error: "a string, a number or a boolean" }), { error: "an object of variables and their values, as in { time_zone: '+00:00' }" }), {}),
	onConnect: optional(callback()),
	multipleStatements: withDefault(flag(), false),
	compress: withDefault(flag(), false),
	enableKeepAlive: withDefault(flag(), true),
	keepAliveInitialDelay: withDefault(milliseconds(0), 0),
	localAddress: optional(text().check(refine((value) => isIP(value) !== 0, { error: "an IP address of this machine" }))),
	flags: optional(union([string(), readonly(array$1(text()))], { error: "a string such as 'LOCAL_FILES,-ODBC', or an array" })),
	connectAttributes: withDefault(record(string(), text(), { error: "an object of strings" }), {}),
	maxPreparedStatements: withDefault(wholeNumber(1), 64),
	enableCleartextPlugin: withDefault(flag(), false),
	authPlugins: optional(record(string(), callback(), { error: "an object of functions" })),
	infileStreamFactory: optional(callback()),
	disableEval: withDefault(flag(), false),
	gracefulEnd: optional(flag()),
	...decodingShape
});
// packages/core/src/config/url-values.ts
/** The schema of the option at a path such as `['health', 'probe']`, or undefined where there is none. */
function schemaAt(path) {
	return path.reduce((schema, step) => schema === void 0 ? void 0 : memberOf(schema, String(step)), poolSchema);
}
/** True when an option can only be a function, or an object of its own parts. */
function isBeyondText(schema) {
	return alternatives(schema).every((kind) => kind instanceof ZodMiniCustom);
}
/**
* The value that a text stands for, by what the option takes: a boolean, a number, a list, or the text itself. A text that
* stands for none of these is answered as it is, for the schema to refuse.
*/
function readText(text, schema) {
	const kinds = alternatives(schema);
	if (text === "true" || text === "false") {
		const value = text === "true";
		if (kinds.some((kind) => kind instanceof ZodMiniBoolean || kind instanceof ZodMiniLiteral && kind.def.values.includes(value))) return value;
	}
	if (/^[+-]?\d+(?:\.\d+)?$/.test(text) && kinds.some((kind) => kind instanceof ZodMiniNumber)) return Number(text);
	if (!kinds.some((kind) => kind instanceof ZodMiniString || kind instanceof ZodMiniEnum) && kinds.some((kind) => kind instanceof ZodMiniArray)) return text.split(",");
	return text;
}
function memberOf(schema, name) {
	for (const kind of alternatives(schema)) {
		if (kind instanceof ZodMiniRecord) return kind.def.valueType;
		const shape = kind instanceof ZodMiniObject ? kind.shape : {};
		if (Object.hasOwn(shape, name)) return shape[name];
	}
}
/** What an option may be, without the wrappings of defaults and the like. */
function alternatives(schema) {
	if (schema instanceof ZodMiniDefault || schema instanceof ZodMiniPrefault || schema instanceof ZodMiniOptional || schema instanceof ZodMiniReadonly) return alternatives(schema.def.innerType);
	return schema instanceof ZodMiniUnion ? schema.def.options.flatMap(alternatives) : [schema];
}
// packages/core/src/config/connection-url.ts
const wrongEncoding = "is not percent-encoded as it should be; write a % that stands for itself as %25";
/**
* Reads `mysql://user:password@db1,db2:3307,[fd00::3]/database?option=value&health.probe=galera` into options. The standard
* URL parser takes one host only, so the parts are told apart here. Every part is percent-decoded. Nothing of a URL is shown
* in a message before it is certain not to be a part of the credentials.
*/
function parseConnectionUrl(url) {
	const parts = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/is.exec(url.trim());
	if (parts === null) return refused$1("has no scheme; expected mysql://user:password@db1,db2/database, or an object { host: 'db1,db2' }");
	const [, scheme = "", authority = "", path = "", query = "", fragment = ""] = parts;
	if (!/^(?:mysql|mariadb)$/i.test(scheme)) return refused$1(`starts with ${shownText(scheme)}; expected mysql or mariadb`);
	if (`${path}${query}${fragment}`.includes("@")) return refused$1("has an @ after its hosts; write / as %2F, ? as %3F, # as %23 and @ as %40 in a user, password or value");
	if (fragment !== "") return refused$1("ends in a #fragment; leave it out, or write # as %23");
	const problems = [];
	const options = /* @__PURE__ */ new Map();
	const hosts = authority.slice(authority.lastIndexOf("@") + 1);
	if (hosts !== "") options.set("host", hosts.split(",").map((host, index) => readHost$2(host, index, problems)));
	for (const piece of [
		...accountPieces(authority),
		...databasePieces(path),
		...queryPieces(query)
	]) {
		const problem = addPiece(options, piece);
		if (problem !== void 0) problems.push({
			path: piece.path.filter((name) => name !== void 0),
			message: problem
		});
	}
	return {
		value: Object.fromEntries([...options].map(([name, held]) => [name, held instanceof Map ? Object.fromEntries(held) : held])),
		problems
	};
}
function refused$1(message) {
	return {
		value: {},
		problems: [{
			path: [],
			message: `the URL ${message}`
		}]
	};
}
function readHost$2(written, index, problems) {
	const host = decoded(written);
	if (host !== void 0) return host;
	problems.push({
		path: ["host", index],
		message: wrongEncoding
	});
	return `host-${index}.invalid`;
}
function accountPieces(authority) {
	const account = authority.slice(0, Math.max(authority.lastIndexOf("@"), 0));
	const colon = account.indexOf(":");
	const user = colon === -1 ? account : account.slice(0, colon);
	const pieces = user === "" ? [] : [{
		path: ["user"],
		written: user
	}];
	return colon === -1 ? pieces : [...pieces, {
		path: ["password"],
		written: account.slice(colon + 1)
	}];
}
function databasePieces(path) {
	return path === "" ? [] : [{
		path: ["database"],
		written: path
	}];
}
function queryPieces(query) {
	return query.split("&").filter((pair) => pair !== "").map((pair) => {
		const [name = "", ...value] = pair.replaceAll("+", " ").split("=");
		const [whole = "", ...part] = (decoded(name) ?? name).split(".");
		return {
			path: part.length === 0 ? [whole] : [whole, part.join(".")],
			written: value.join("=")
		};
	});
}
/** Adds what one piece says to the options; answers what is wrong with it. */
function addPiece(options, { path, written }) {
	const text = decoded(written);
	if (text === void 0) return wrongEncoding;
	const [name, part] = path;
	if (name === "database" && text === written && text.includes("/")) return "has more than one part; write a / as %2F";
	const schema = schemaAt(path.filter((step) => step !== void 0));
	if (schema !== void 0 && isBeyondText(schema)) return "is a function, which a URL cannot hold; give createPool an object";
	const value = schema === void 0 ? text : readText(text, schema);
	const held = options.get(name);
	if (part === void 0) {
		if (held instanceof Map && value === true) return void 0;
		if (held !== void 0) return "is given twice; keep one of them";
		options.set(name, value);
		return;
	}
	const parts = held === void 0 || held === true ? /* @__PURE__ */ new Map() : held;
	if (!(parts instanceof Map)) return "is given in whole as well; keep one of them";
	if (parts.has(part)) return "is given twice; keep one of them";
	options.set(name, parts.set(part, value));
}
/** Undefined where the percent-encoding is wrong. */
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return;
	}
}
// packages/core/src/config/contradictions.ts
const table = [
	{
		options: ["socketPath", "host"],
		message: ({ values }) => values.socketPath !== void 0 && values.host !== void 0 ? "is given together with host; a socket takes the place of the hosts, so keep one of them" : void 0
	},
	{
		options: ["minIdle", "connectionLimit"],
		message: ({ values }) => values.minIdle > values.connectionLimit ? `${values.minIdle} is more than connectionLimit (${values.connectionLimit}); lower it or raise connectionLimit` : void 0
	},
	{
		options: ["maxIdle", "connectionLimit"],
		message: ({ values }) => values.maxIdle !== void 0 && values.maxIdle > values.connectionLimit ? `${values.maxIdle} is more than connectionLimit (${values.connectionLimit}); lower it or raise connectionLimit` : void 0
	},
	{
		options: ["minIdle", "maxIdle"],
		message: ({ values }) => values.maxIdle !== void 0 && values.minIdle > values.maxIdle ? `${values.minIdle} is more than maxIdle (${values.maxIdle}); lower it or raise maxIdle` : void 0
	},
	{
		options: [
			"minIdle",
			"host",
			"connectionLimit"
		],
		message: ({ values, hosts }) => {
			const room = hosts.reduce((sum, { connectionLimit }) => sum + connectionLimit, 0);
			return values.minIdle > room && values.minIdle <= values.connectionLimit ? `${values.minIdle} is more than the hosts' own connectionLimits allow together (${room}); lower it or raise them` : void 0;
		}
	},
	{
		options: ["noHostTimeout", "acquireTimeout"],
		message: ({ values }) => values.acquireTimeout > 0 && values.noHostTimeout > values.acquireTimeout ? `${values.noHostTimeout} is more than acquireTimeout (${values.acquireTimeout}), which would end the wait first; raise acquireTimeout` : void 0
	},
	{
		options: ["queueLimit", "waitForConnections"],
		message: ({ values }) => values.queueLimit > 0 && !values.waitForConnections ? `${values.queueLimit} has no meaning with waitForConnections: false, under which nobody waits; leave one of them out` : void 0
	},
	{
		options: ["health"],
		path: ["health", "retryInterval"],
		message: ({ values: { health } }) => health.retryInterval !== void 0 && health.retryInterval > health.interval ? `${health.retryInterval} is more than health.interval (${health.interval}), so that a host in trouble would be asked less often than a sound one; lower it` : void 0
	},
	{
		options: ["discovery", "socketPath"],
		message: ({ values: { discovery, socketPath } }) => discovery !== false && socketPath !== void 0 ? "has no meaning with socketPath: a socket leads to one server of this machine; leave one of them out" : void 0
	},
	{
		options: ["discovery", "host"],
		message: ({ values: { discovery, socketPath }, hosts }) => discovery !== false && (discovery === "dns" || typeof discovery === "object" && discovery.from === "dns") && socketPath === void 0 && hosts.every(({ host }) => isIP(host) !== 0) ? "from 'dns' needs a name to look up, and every host is an address; name one, or use 'cluster'" : void 0
	},
	{
		options: ["ssl"],
		path: ["ssl", "verifyIdentity"],
		message: ({ values: { ssl } }) => typeof ssl === "object" && !ssl.rejectUnauthorized && ssl.verifyIdentity === true ? "true has no meaning with ssl.rejectUnauthorized: false, under which any certificate will do; leave one of them out" : void 0
	},
	{
		options: ["ssl"],
		path: ["ssl", "minVersion"],
		message: ({ values: { ssl } }) => typeof ssl === "object" && ssl.minVersion !== void 0 && ssl.maxVersion !== void 0 && ssl.minVersion > ssl.maxVersion ? `'${ssl.minVersion}' is above ssl.maxVersion ('${ssl.maxVersion}'); exchange them` : void 0
	},
	{
		options: ["ssl"],
		message: ({ values: { ssl } }) => typeof ssl === "object" ? tlsProblem(ssl) : void 0
	},
	{
		options: ["infileStreamFactory", "flags"],
		message: ({ values, flags }) => values.infileStreamFactory !== void 0 && !flags.includes("LOCAL_FILES") ? "is never called while the capability LOCAL_FILES is off; add flags: ['LOCAL_FILES'], or leave it out" : void 0
	}
];
/** What OpenSSL finds wrong with keys, certificates and ciphers; its messages quote nothing of them. */
function tlsProblem({ ca, cert, key, passphrase, ciphers }) {
	try {
		createSecureContext({
			ca: listOf$1(ca),
			cert: listOf$1(cert),
			key: listOf$1(key),
			passphrase,
			ciphers
		});
		return;
	} catch (error) {
		return `OpenSSL refuses these settings (${error instanceof Error ? error.message : "no reason given"}); check that cert, key and passphrase belong together and that ciphers is a list of its names`;
	}
}
function listOf$1(pem) {
	if (pem === void 0) return void 0;
	return typeof pem === "string" || Buffer.isBuffer(pem) ? [pem] : [...pem];
}
/** Everything that is right in itself and wrong together. */
function contradictions(read, faulty) {
	return table.flatMap(({ options, path = options.slice(0, 1), message }) => {
		if (options.some((name) => faulty.has(name))) return [];
		const found = message(read);
		return found === void 0 ? [] : [{
			path,
			message: found
		}];
	});
}
// packages/core/src/config/decoding-names.ts
/** Names of the options that say how values are decoded. */
const decodingNames = keyof(decodingSchema).options;
// node_modules/.pnpm/leven@4.1.0/node_modules/leven/index.js
const array = [];
const characterCodeCache = [];
function leven(first, second, options) {
	if (first === second) return 0;
	const maxDistance = options?.maxDistance;
	const swap = first;
	if (first.length > second.length) {
		first = second;
		second = swap;
	}
	let firstLength = first.length;
	let secondLength = second.length;
	while (firstLength > 0 && first.charCodeAt(~-firstLength) === second.charCodeAt(~-secondLength)) {
		firstLength--;
		secondLength--;
	}
	let start = 0;
	while (start < firstLength && first.charCodeAt(start) === second.charCodeAt(start)) start++;
	firstLength -= start;
	secondLength -= start;
	if (maxDistance !== void 0 && secondLength - firstLength > maxDistance) return maxDistance;
	if (firstLength === 0) return maxDistance !== void 0 && secondLength > maxDistance ? maxDistance : secondLength;
	let bCharacterCode;
	let result;
	let temporary;
	let temporary2;
	let index = 0;
	let index2 = 0;
	while (index < firstLength) {
		characterCodeCache[index] = first.charCodeAt(start + index);
		array[index] = ++index;
	}
	while (index2 < secondLength) {
		bCharacterCode = second.charCodeAt(start + index2);
		temporary = index2++;
		result = index2;
		for (index = 0; index < firstLength; index++) {
			temporary2 = bCharacterCode === characterCodeCache[index] ? temporary : temporary + 1;
			temporary = array[index];
			result = array[index] = temporary > result ? temporary2 > result ? result + 1 : temporary2 : temporary2 > temporary ? temporary + 1 : temporary2;
		}
		if (maxDistance !== void 0) {
			let rowMinimum = result;
			for (index = 0; index < firstLength; index++) if (array[index] < rowMinimum) rowMinimum = array[index];
			if (rowMinimum > maxDistance) return maxDistance;
		}
	}
	array.length = firstLength;
	characterCodeCache.length = firstLength;
	return maxDistance !== void 0 && result > maxDistance ? maxDistance : result;
}
// packages/core/src/config/known-names.ts
/**
* Names that people try and that this pool does not take: options of mysql2 that would have no effect or do harm here, and
* what other pools call things. Each says what to do instead.
*/
const absentNames = {
	uri: "not an option here; give the URL to createPool in place of the object",
	url: "not an option here; give the URL to createPool in place of the object",
	stream: "not supported: the pool opens its own sockets, so that it can time and abort handshakes; leave it out",
	debug: "not supported: it prints packets, with what they hold; leave it out and listen to the pool's events",
	trace: "has no effect: it belongs to mysql2's own promises, which this pool does not use; leave it out",
	pool: "internal to mysql2; leave it out",
	isServer: "is for writing servers with mysql2; leave it out",
	Promise: "not supported: the pool answers with native promises; leave it out",
	insecureAuth: "has no effect in mysql2 either; leave it out, or see authPlugins",
	authSwitchHandler: "is deprecated in mysql2; use authPlugins",
	password1: "not supported; use password",
	password2: "not supported: connections are opened with one password; see authPlugins",
	password3: "not supported: connections are opened with one password; see authPlugins",
	passwordSha1: "not supported; use password, as a string or a function",
	charsetNumber: "not supported; use charset with a name",
	queryFormat: "not supported: borrowers that share the pool rely on the usual escaping; format the SQL before the call",
	pfx: "not supported by mysql2; use cert and key",
	crl: "has no effect in mysql2; leave it out",
	max: "not an option here; use connectionLimit",
	min: "not an option here; use minIdle",
	poolSize: "not an option here; use connectionLimit",
	maxConnections: "not an option here; use connectionLimit",
	username: "not an option here; use user",
	db: "not an option here; use database",
	tls: "not an option here; use ssl"
};
/** What to say about an option that does not exist: why not, or the nearest one that does. */
function unknownName(name, known) {
	const reason = Object.hasOwn(absentNames, name) ? absentNames[name] : void 0;
	if (reason !== void 0 && !known.includes(name)) return reason;
	const nearest = nearestName(name, known);
	return nearest === void 0 ? "unknown option" : `unknown option; did you mean ${nearest}?`;
}
/** The known name that is a slip of the keyboard away, if any. */
function nearestName(name, known) {
	const written = name.toLowerCase();
	let nearest;
	let least = Math.max(1, Math.floor(name.length / 3)) + 1;
	for (const candidate of known) {
		const steps = leven(written, candidate.toLowerCase());
		if (steps < least) {
			least = steps;
			nearest = candidate;
		}
	}
	return nearest;
}
// packages/core/src/config/capability-flags.ts
/** The capabilities a client can announce in its handshake, in the protocol's names. */
const capabilities = [
	"LONG_PASSWORD",
	"FOUND_ROWS",
	"LONG_FLAG",
	"CONNECT_WITH_DB",
	"NO_SCHEMA",
	"COMPRESS",
	"ODBC",
	"LOCAL_FILES",
	"IGNORE_SPACE",
	"PROTOCOL_41",
	"INTERACTIVE",
	"SSL",
	"IGNORE_SIGPIPE",
	"TRANSACTIONS",
	"RESERVED",
	"SECURE_CONNECTION",
	"MULTI_STATEMENTS",
	"MULTI_RESULTS",
	"PS_MULTI_RESULTS",
	"PLUGIN_AUTH",
	"CONNECT_ATTRS",
	"PLUGIN_AUTH_LENENC_CLIENT_DATA",
	"CAN_HANDLE_EXPIRED_PASSWORDS",
	"SESSION_TRACK",
	"CLIENT_QUERY_ATTRIBUTES",
	"SSL_VERIFY_SERVER_CERT",
	"REMEMBER_OPTIONS",
	"MULTI_FACTOR_AUTHENTICATION"
];
/** What an option of its own switches, so that the two cannot contradict each other. */
const withOptions = /* @__PURE__ */ new Map([
	["MULTI_STATEMENTS", "multipleStatements"],
	["COMPRESS", "compress"],
	["SSL", "ssl"]
]);
/** Reads `flags` into names in capitals, with their leading `-`. mysql2 would ignore a name that it does not know. */
function readFlags(given) {
	if (given === void 0) return {
		value: [],
		problems: []
	};
	const names = (typeof given === "string" ? given.split(",") : given).map((flag) => flag.trim().toUpperCase());
	if (typeof given === "string" && given.trim() === "") return {
		value: [],
		problems: []
	};
	return {
		value: names,
		problems: names.flatMap((name, index) => problemOf(name, typeof given === "string" ? [] : [index]))
	};
}
function problemOf(flag, position) {
	const path = ["flags", ...position];
	const name = flag.replace(/^-/, "");
	const option = withOptions.get(name);
	if (option !== void 0) return [{
		path,
		message: `${name} follows from the option ${option}; use that`
	}];
	if (capabilities.includes(name)) return [];
	const nearest = nearestName(name, capabilities);
	const hint = nearest === void 0 ? "expected names of client capabilities, such as FOUND_ROWS" : `did you mean ${nearest}?`;
	return [{
		path,
		message: `got ${shownText(flag)}, which is no capability; ${hint}`
	}];
}
// packages/core/src/config/host-address.ts
/** Reads `db1`, `db1:3307`, `10.0.0.1:3307`, `[fd00::3]`, `[fd00::3]:3307` or a bare `fd00::3`. */
function parseAddress(written) {
	const text = written.trim();
	if (text.includes("://")) return { wrong: `got ${shownText(text)}, which looks like a URL; give that to createPool in place of the options` };
	if (text.includes("@")) return { wrong: `got ${shownText(text)}; user and password are options of their own` };
	if (isAddress6(text)) return {
		host: text,
		port: void 0
	};
	const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
	if (bracketed !== null) {
		const [, host = "", port] = bracketed;
		return isAddress6(host) ? withPort(host, port) : { wrong: `got ${shownText(text)}; brackets are for IPv6 addresses` };
	}
	const named = /^([^:]*)(?::(.*))?$/s.exec(text);
	if (named === null || named[2]?.includes(":")) return { wrong: `got ${shownText(text)}; write an IPv6 address with a port as [fd00::3]:3306` };
	const [, host = "", port] = named;
	const wrong = wrongName(host);
	return wrong === void 0 ? withPort(host, port) : { wrong };
}
/** Reads the `host` of a host given as an object, which has its port in `port`. */
function parseHostName(written) {
	const parsed = parseAddress(written);
	if ("wrong" in parsed || parsed.port === void 0) return parsed;
	return { wrong: `got ${shownText(written)}; give the port as port: ${parsed.port}` };
}
/** `db1:3306`, `[fd00::3]:3306` */
function addressName(host, port) {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
/** The same for two ways of writing the same host: names in small letters, IPv6 addresses in their short form. */
function addressKey(host, port) {
	const url = `http://[${host}]`;
	return addressName(isAddress6(host) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : host.toLowerCase(), port);
}
/** Without Node's pattern for it, which takes 140 kB of memory once it is used, where there is no colon. */
function isAddress6(text) {
	return text.includes(":") && isIPv6(text);
}
function withPort(host, port) {
	if (port === void 0) return {
		host,
		port: void 0
	};
	const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
	if (number >= 1 && number <= 65535) return {
		host,
		port: number
	};
	return { wrong: `got ${/^\d{1,5}$/.test(port) ? port : port === "" ? "nothing" : "a text"} as the port of ${shownText(host)}; expected a whole number from 1 to 65535` };
}
function wrongName(host) {
	if (host === "") return "is empty; expected a name or an address";
	if (host.includes("/")) return `got ${shownText(host)}; give the path of a socket as socketPath`;
	if (host.includes(",")) return `got ${shownText(host)}, a list in one entry; make each host an entry of its own`;
	if (host.length > 253) return `got a name of ${host.length} characters; a host name has at most 253`;
	if (/[\s\p{Cc}?#[\]\\"'<>{}|^`%=&;!$*()]/u.test(host)) return `got ${shownText(host)}; expected a name or an address`;
}
// packages/core/src/config/plain-data.ts
/** True for `{…}` and for instances of a caller's own options class; not for arrays, Buffers and functions. */
function isPlainObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
/**
* A copy of an options object without what is `undefined`, so that later changes to the original do not reach it. Plain
* objects and arrays in it are copied as deep as options go, and no deeper: a mistaken value may lead round in circles.
* Buffers, functions and instances of classes are kept.
*/
function plainCopy(source, depth = 3) {
	const copy = {};
	for (const [name, value] of Object.entries(source)) {
		if (value === void 0) continue;
		Object.defineProperty(copy, name, {
			value: copyOf(value, depth - 1),
			enumerable: true,
			writable: true,
			configurable: true
		});
	}
	return copy;
}
function copyOf(value, depth) {
	if (depth < 0) return value;
	if (Array.isArray(value)) return value.map((part) => copyOf(part, depth - 1));
	return isPlainObject(value) && isLiteral(value) ? plainCopy(value, depth) : value;
}
function isLiteral(value) {
	const prototype = Object.getPrototypeOf(value);
	return prototype === null || prototype === Object.prototype;
}
/** Freezes a tree of objects and arrays; a Buffer in it cannot be frozen and stays the caller's. */
function deepFreeze(value) {
	if (!Array.isArray(value) && !isPlainObject(value)) return value;
	for (const part of Object.values(value)) deepFreeze(part);
	return Object.freeze(value);
}
// packages/core/src/errors/hostpool-error.ts
/**
* An error of the pool itself. Errors of the server and of sockets stay mysql2's own objects, with `host` added.
* Tell the causes apart by `code`, never by the message.
*/
var HostpoolError = class extends Error {
	name = "HostpoolError";
	code;
	host;
	constructor(code, message, details = {}) {
		super(message, details.cause === void 0 ? void 0 : { cause: details.cause });
		this.code = code;
		this.host = details.host;
	}
};
/** True for any error of the pool, also one that another copy of this package made. */
function isHostpoolError(error) {
	return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_HOSTPOOL_");
}
// packages/core/src/config/problem.ts
/** `host[1].weight` */
function pathText(path) {
	return path.reduce((text, step) => {
		if (typeof step === "number") return `${text}[${step}]`;
		return text === "" ? step : `${text}.${step}`;
	}, "");
}
/** One error for all problems of a pool's configuration. */
function configError(problems) {
	return new HostpoolError("ERR_HOSTPOOL_CONFIG", problemList("The pool's configuration", problems));
}
/** All problems, one line each; those of the same option stand together, entries of a list in their order. */
function problemList(what, problems) {
	const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
	const lines = inOrder$1(problems).map(({ path, message }) => path.length === 0 ? `  ${message}` : `  ${pathText(path)}: ${message}`);
	return [`${what} has ${count}:`, ...lines].join("\n");
}
function inOrder$1(problems) {
	const options = [...new Set(problems.map(({ path }) => path[0]))];
	const place = ({ path }) => typeof path[1] === "number" ? path[1] : -1;
	return problems.toSorted((a, b) => options.indexOf(a.path[0]) - options.indexOf(b.path[0]) || place(a) - place(b));
}
// packages/core/src/config/host-list.ts
/**
* The list of hosts, complete. Of what the schema has refused already only the addresses are looked at here, so that a
* wrong weight does not hide a wrong address; what is wrong with a value in itself is the schema's to report.
*/
function readHosts(given, values) {
	if (values.socketPath !== void 0) return {
		value: [socketHost(values.socketPath, values)],
		problems: []
	};
	if (given === void 0) return {
		value: [hostConfig({ host: "localhost" }, 0, values)],
		problems: []
	};
	const entries = typeof given === "string" ? given.split(",") : given;
	if (!Array.isArray(entries)) return {
		value: [],
		problems: []
	};
	if (entries.length === 0) return {
		value: [],
		problems: [{
			path: ["host"],
			message: "has no entry; leave it out for localhost"
		}]
	};
	const read = entries.map((entry, index) => readHost$1(entry, index, values));
	const hosts = read.flatMap(({ value }) => value === void 0 ? [] : [value]);
	const problems = [...read.flatMap((host) => host.problems), ...duplicates(read.map(({ value }) => value))];
	if (hosts.length === entries.length && hosts.every(({ weight }) => weight === 0)) problems.push({
		path: ["host"],
		message: "every host has weight 0; give at least one a weight above 0"
	});
	return {
		value: hosts,
		problems
	};
}
function readHost$1(entry, index, values) {
	if (typeof entry === "string") {
		const address = parseAddress(entry);
		if ("wrong" in address) return wrong(["host", index], address.wrong);
		return {
			value: hostConfig(address, index, values),
			problems: []
		};
	}
	if (!isPlainObject(entry) || typeof entry["host"] !== "string") return {
		value: void 0,
		problems: []
	};
	const address = parseHostName(entry["host"]);
	const rest = hostSchema.safeParse(entry);
	if ("wrong" in address) return entry["host"].trim() === "" ? {
		value: void 0,
		problems: []
	} : wrong([
		"host",
		index,
		"host"
	], address.wrong);
	return {
		value: rest.success ? hostConfig({
			...rest.data,
			host: address.host
		}, index, values) : void 0,
		problems: []
	};
}
function wrong(path, message) {
	return {
		value: void 0,
		problems: [{
			path,
			message
		}]
	};
}
function hostConfig(given, index, values) {
	const port = given.port ?? values.port;
	return {
		name: addressName(given.host, port),
		host: given.host,
		port,
		weight: given.weight ?? 1,
		zone: given.zone,
		priority: given.priority ?? index,
		connectionLimit: given.connectionLimit ?? values.connectionLimit,
		servername: given.servername
	};
}
function socketHost(path, values) {
	return {
		...hostConfig({ host: "localhost" }, 0, values),
		name: path
	};
}
function duplicates(hosts) {
	const firstAt = /* @__PURE__ */ new Map();
	return hosts.flatMap((host, index) => {
		if (host === void 0) return [];
		const key = addressKey(host.host, host.port);
		const first = firstAt.get(key);
		if (first === void 0) {
			firstAt.set(key, index);
			return [];
		}
		const message = `${host.name} is the same host as ${pathText(["host", first])}; name each host once`;
		return [{
			path: ["host", index],
			message
		}];
	});
}
// packages/core/src/config/read-options.ts
/**
* Checks each option by itself and fills in the fixed defaults. Where there are problems, the faulty options are left out of
* the answer, so that the others can still be checked against one another and everything is reported at once.
*/
function readOptions(given) {
	const parsed = poolSchema.safeParse(given);
	if (parsed.success) return {
		value: parsed.data,
		problems: []
	};
	const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, [], given, namesAt));
	const faulty = new Set(parsed.error.issues.flatMap((issue) => issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1)));
	const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name)));
	return {
		value: poolSchema.parse(sound),
		problems
	};
}
/**
* What an issue says of the value given.
* @param names - the options that there are at a path, to find the one that was meant
*/
function problemsOf(issue, base, given, names) {
	const path = [...base, ...issue.path.map((step) => typeof step === "number" ? step : String(step))];
	if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({
		path: [...path, readableName(key)],
		message: unknownName(key, names(path))
	}));
	if (issue.code === "invalid_union") {
		const inside = issue.errors.find((issues) => issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"));
		if (inside !== void 0) return inside.flatMap((deeper) => problemsOf(deeper, path, given, names));
	}
	const value = valueAt(given, path);
	return [{
		path,
		message: `got ${shownValue(value, path)}; expected ${issue.message}${remedy(value, issue.message)}`
	}];
}
function remedy(value, allowed) {
	if (value === null) return "; leave the option out where there is nothing to say";
	if (typeof value === "string" && /^\s*\d+\s*$/.test(value) && /whole|number/.test(allowed)) return "; convert it with Number(…)";
	return "";
}
/** An unknown name may itself be something that went astray; the usual ones are shown as they are. */
function readableName(key) {
	return /^[\w.-]{1,60}$/.test(key) ? key : shownText(key);
}
function namesAt(path) {
	switch (path[0]) {
		case void 0: return Object.keys(poolSchema.shape);
		case "host": return Object.keys(hostSchema.shape);
		case "health": return Object.keys(healthSchema.shape);
		case "discovery": return Object.keys(discoverySchema.shape);
		case "ssl": return Object.keys(sslSchema.shape);
		default: return [];
	}
}
function valueAt(root, path) {
	return path.reduce((value, step) => typeof value === "object" && value !== null ? Reflect.get(value, step) : void 0, root);
}
// packages/core/src/config/pool-config.ts
/**
* Turns what `createPool` was given into a complete configuration. What was given is copied, never changed; Buffers and
* functions are kept by reference.
* @param isCharset - whether a connection can have a charset of this name
* @throws ERR_HOSTPOOL_CONFIG, with a line for every problem.
*/
function resolveConfig(input, isCharset) {
	const given = readInput(input);
	const options = readOptions(given.value);
	const values = options.value;
	const hosts = readHosts(given.value["host"], values);
	const flags = readFlags(values.flags);
	const problems = [
		...given.problems,
		...options.problems,
		...hosts.problems,
		...flags.problems
	];
	const faulty = new Set(problems.map(({ path }) => String(path[0])));
	problems.push(...contradictions({
		values,
		hosts: hosts.value,
		flags: flags.value
	}, faulty));
	if (isCharset?.(values.charset) === false) problems.push(unknownCharset(values.charset));
	if (problems.length > 0) throw configError(problems);
	const { health, selector, zone, onConnect } = values;
	return deepFreeze({
		hosts: hosts.value,
		connection: connectionOf(values, flags.value),
		decoding: decodingOf(values),
		discovery: discoveryOf(values.discovery),
		health: {
			...health,
			retryInterval: health.retryInterval ?? Math.min(500, health.interval)
		},
		port: values.port,
		poolName: values.poolName,
		connectionLimit: values.connectionLimit,
		minIdle: values.minIdle,
		maxIdle: values.maxIdle ?? values.connectionLimit,
		idleTimeout: values.idleTimeout,
		maxLifetime: values.maxLifetime,
		maxConnecting: values.maxConnecting,
		connectTimeout: values.connectTimeout,
		waitForConnections: values.waitForConnections,
		queueLimit: values.queueLimit,
		acquireTimeout: values.acquireTimeout,
		noHostTimeout: values.noHostTimeout,
		validateAfterIdle: values.validateAfterIdle,
		validationTimeout: values.validationTimeout,
		resetOnRelease: values.resetOnRelease,
		retryReads: values.retryReads,
		hedgeReads: values.hedgeReads ?? values.retryReads,
		leakDetectionThreshold: values.leakDetectionThreshold,
		endTimeout: values.endTimeout,
		sessionVariables: values.sessionVariables,
		selector,
		zone,
		onConnect
	});
}
function readInput(input) {
	if (typeof input === "string") return parseConnectionUrl(input);
	if (isPlainObject(input)) return {
		value: plainCopy(input),
		problems: []
	};
	throw configError([{
		path: [],
		message: `got ${shownValue(input, [])} in place of the options; expected an object { host, … } or a URL mysql://…`
	}]);
}
function unknownCharset(charset) {
	return {
		path: ["charset"],
		message: `got ${shownValue(charset, ["charset"])}; expected a charset or collation that a client can have and mysql2 can write, e.g. 'utf8mb4_unicode_ci'`
	};
}
function connectionOf(values, flags) {
	return {
		socketPath: values.socketPath,
		user: values.user,
		password: values.password,
		database: values.database,
		ssl: sslOf(values.ssl),
		charset: values.charset,
		connectTimeout: values.connectTimeout,
		multipleStatements: values.multipleStatements,
		compress: values.compress,
		enableKeepAlive: values.enableKeepAlive,
		keepAliveInitialDelay: values.keepAliveInitialDelay,
		localAddress: values.localAddress,
		flags,
		connectAttributes: values.connectAttributes,
		maxPreparedStatements: values.maxPreparedStatements,
		enableCleartextPlugin: values.enableCleartextPlugin,
		authPlugins: values.authPlugins,
		infileStreamFactory: values.infileStreamFactory,
		disableEval: values.disableEval
	};
}
function sslOf(ssl) {
	if (ssl === true) return {
		rejectUnauthorized: true,
		verifyIdentity: true
	};
	if (ssl === false || typeof ssl === "string") return ssl;
	return {
		...ssl,
		verifyIdentity: ssl.verifyIdentity ?? ssl.rejectUnauthorized
	};
}
function discoveryOf(given) {
	if (given === false) return false;
	const { from, interval, map } = discoverySchema.parse(typeof given === "string" ? { from: given } : given);
	return {
		from,
		interval,
		map
	};
}
function decodingOf(values) {
	const given = decodingNames.map((name) => [name, values[name]]).filter(([, value]) => value !== void 0);
	const decoding = Object.fromEntries(given);
	return decoding.timezone === void 0 ? decoding : {
		...decoding,
		timezone: decoding.timezone.replace(" ", "+")
	};
}
/**
* One more host for a pool that runs, checked like those it was made with.
* @throws ERR_HOSTPOOL_CONFIG
*/
function readHost(host, config) {
	const spare = typeof host === "object" && host?.weight === 0;
	const [read] = resolveConfig({
		host: [spare ? {
			...host,
			weight: 1
		} : host],
		port: config.port,
		connectionLimit: config.connectionLimit
	}).hosts;
	if (read === void 0) throw configError([{
		path: ["host"],
		message: "no host was given"
	}]);
	return spare ? Object.freeze({
		...read,
		weight: 0
	}) : read;
}
// packages/core/src/config/call-options.ts
const leaseShape = {
	access: optional(oneOf("read", "write")),
	signal: optional(custom(isSignal, { error: "an AbortSignal" })),
	acquireTimeout: optional(milliseconds(0)),
	decoding: optional(unknown())
};
const startShape = {
	isolationLevel: optional(oneOf("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")),
	readOnly: optional(flag())
};
const retry = optional(union([boolean(), wholeNumber(0)], { error: "true, false or a whole number, 0 or more" }));
const decodingOnly = strictObject({ decoding: decodingSchema });
/** What each call of a pool or a lease takes besides its work or its statement. */
const calls = {
	getConnection: strictObject(leaseShape, { error: "an object { access, acquireTimeout, … }" }),
	transaction: strictObject({
		...leaseShape,
		...startShape,
		retry
	}, { error: "an object { isolationLevel, … }" }),
	check: strictObject({ timeout: optional(milliseconds(1)) }, { error: "an object { timeout }" }),
	beginTransaction: strictObject(startShape, { error: "an object { isolationLevel, readOnly }" })
};
/** Objects that were sound and cannot change: adapters borrow with the same ones again and again. */
const sound = {
	getConnection: /* @__PURE__ */ new WeakSet(),
	transaction: /* @__PURE__ */ new WeakSet(),
	check: /* @__PURE__ */ new WeakSet(),
	beginTransaction: /* @__PURE__ */ new WeakSet()
};
/**
* Checks what a call was given, before anything is taken for it; once for an object that is frozen.
* @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
*/
function checkCall(call, given) {
	if (sound[call].has(given)) return;
	check(`What ${call}() was given`, calls[call], given);
	if (Object.isFrozen(given)) sound[call].add(given);
}
/**
* Checks the function that a call is to run, before anything is lent for it.
* @throws ERR_HOSTPOOL_UNSUPPORTED
*/
function checkWork(call, work) {
	if (typeof work === "function") return;
	const example = `pool.${call}(async (connection) => { … })`;
	throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `${call}() takes a function first and got ${shownValue(work, [])}; call it like ${example}`);
}
/**
* Checks how values are to be decoded.
* @throws ERR_HOSTPOOL_UNSUPPORTED that names every fault
*/
function checkDecoding(given) {
	check("A decoding", decodingOnly, { decoding: given });
}
function check(what, schema, given) {
	const { error } = schema.safeParse(given);
	if (error === void 0) return;
	const names = (path) => Object.keys((path[0] === "decoding" ? decodingSchema : schema).shape);
	throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", problemList(what, error.issues.flatMap((issue) => problemsOf(issue, [], given, names))));
}
/** By what it can do: a test runner may give each file globals of its own. */
function isSignal(value) {
	return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}
// packages/core/src/config/public-config.ts
function withoutSecrets(config) {
	const { connection, onConnect: _hook, ...rest } = config;
	const { password: _password, ssl, authPlugins: _plugins, infileStreamFactory: _factory, ...open } = connection;
	return Object.freeze({
		...rest,
		connection: Object.freeze({
			...open,
			ssl: ssl !== false
		})
	});
}
// packages/core/src/user-fault.ts
/**
* Reports what a function of the application's threw or rejected with, where no call waits for its answer: as a warning of the
* process. It is for the application to mend, and must not end the process.
* @param what - the function and what it did, e.g. `The onResult function threw`
*/
function reportFault(what, reason) {
	const words = reason instanceof Error ? reason.stack ?? reason.message : wordsOf(reason);
	process.emitWarning(`${what}: ${words}`, "HostpoolWarning");
}
/**
* Hears what an answer rejects with that nobody waits for: a function may be async where none is called for, and Node ends a
* process for a rejection that nobody hears.
*/
function heedRejection(answer, rejected) {
	if (typeof answer !== "object" || answer === null) return;
	Promise.resolve(answer).then(void 0, rejected);
}
/** Any value that was thrown, in words; also one that cannot be made a string. */
function wordsOf(reason) {
	try {
		return reason instanceof Error ? reason.message : String(reason);
	} catch {
		return `something that is no Error (${typeof reason})`;
	}
}
// packages/core/src/config/password-source.ts
/** What the password function is called where it is named. */
const PASSWORD_FUNCTION = "the password function";
/**
* The password function of a pool. Connects that begin while it is at work share its answer: a token service is asked once for
* all hosts, probes included. After it has answered it is asked anew, for its answer may be a token that expires.
*/
var PasswordSource = class {
	#password;
	#clock;
	#patience;
	#call;
	/** @param limit - milliseconds that a connect waits: a call that hangs is joined during the first half of them only */
	constructor(password, limit, clock) {
		this.#password = password;
		this.#clock = clock;
		this.#patience = limit / 2;
	}
	/**
	* Calls back once, never synchronously: with the password, or with ERR_HOSTPOOL_CONFIG that names the function.
	* @returns forgets the caller
	*/
	ask(done) {
		const now = this.#clock.now();
		if (this.#call === void 0 || now - this.#call.startedAt > this.#patience) this.#begin(now);
		const waiting = this.#call?.waiting;
		waiting?.add(done);
		return () => waiting?.delete(done);
	}
	/** Connects from now on do not share the answer of a call that is under way: the secret may have changed since it began. */
	renew() {
		this.#call = void 0;
	}
	#begin(startedAt) {
		const call = {
			startedAt,
			waiting: /* @__PURE__ */ new Set()
		};
		this.#call = call;
		const end = (error, password) => {
			if (this.#call === call) this.#call = void 0;
			for (const done of call.waiting) {
				call.waiting.delete(done);
				done(error, password);
			}
		};
		answerOf$2(this.#password).then((password) => end(null, password), (error) => end(error));
	}
};
/** @throws ERR_HOSTPOOL_CONFIG that names the function when it fails, or answers what is no password */
async function answerOf$2(password) {
	let answer;
	try {
		answer = await password();
	} catch (reason) {
		throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `The password function failed: ${wordsOf(reason)}`, { cause: reason });
	}
	if (typeof answer === "string") return answer;
	throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `The password function answered ${kindOf$1(answer)}; it has to answer a string, or a promise of one`);
}
// packages/core/src/driver/dialer.ts
/**
* The driver of one pool: asks for the password before it connects. A connection belongs to the pool and not to the caller
* that happened to need it first, so all of it runs in the asynchronous context that the pool was made in.
*/
var Dialer = class {
	#driver;
	#context = new AsyncResource("HostpoolConnect");
	#source;
	constructor(driver, { password, connectTimeout }, clock) {
		this.#driver = driver;
		this.#source = typeof password === "function" ? new PasswordSource(password, connectTimeout, clock) : void 0;
	}
	/** A password in the target is not looked at. */
	connect(target, listener, work) {
		return this.#context.runInAsyncScope(() => this.#connect(target, listener, work));
	}
	/** Connects from now on share no answer of a password function that was asked before. */
	renewPassword() {
		this.#source?.renew();
	}
	#connect(target, listener, work) {
		let aborted = false;
		let attempt;
		let forget;
		const open = (password) => {
			if (!aborted) attempt = this.#driver.connect({
				...target,
				password
			}, listener, work);
		};
		if (this.#source === void 0) {
			const { password } = target.connection;
			queueMicrotask(() => open(typeof password === "string" ? password : void 0));
		} else {
			work?.(PASSWORD_FUNCTION);
			forget = this.#source.ask((error, password) => {
				work?.(void 0);
				if (error === null) open(password);
				else if (!aborted) listener(error);
			});
		}
		return { abort: () => {
			aborted = true;
			forget?.();
			attempt?.abort();
		} };
	}
};
// packages/core/src/deferred.ts
let lastResolve;
let lastReject;
/** One executor for all: it is called while its promise is made, so nobody else's can come between. */
function keep(resolve, reject) {
	lastResolve = resolve;
	lastReject = reject;
}
/**
* `Promise.withResolvers()`, which Node 20 lacks. Without an executor of its own each promise is two objects less: of those who
* wait for a connection there may be a hundred thousand, and the garbage collector copies whatever they wait with.
*/
function deferred() {
	return {
		promise: new Promise(keep),
		resolve: lastResolve,
		reject: lastReject
	};
}
// packages/core/src/host-timer.ts
/** Limits the time that a host takes. It stands still while the application's own code is at work: that is not the host's. */
var HostTimer = class {
	#clock;
	#limits;
	#timer;
	/** Milliseconds that the host has had before `#since`. */
	#used = 0;
	/** When the host's turn began; undefined while it is the application's. */
	#since;
	#over = false;
	/** Begins with the host's turn. */
	constructor(clock, limits) {
		this.#clock = clock;
		this.#limits = limits;
		this.#startHost();
	}
	/** Milliseconds that the host has had. */
	get hostTime() {
		return this.#used + (this.#since === void 0 ? 0 : this.#clock.now() - this.#since);
	}
	application = (what) => {
		if (this.#over) return;
		this.#stopHost();
		this.#timer?.cancel();
		if (what === void 0) this.#startHost();
		else this.#startApplication(what);
	};
	cancel() {
		this.#over = true;
		this.#stopHost();
		this.#timer?.cancel();
	}
	#startHost() {
		this.#since = this.#clock.now();
		const { host, hostLate } = this.#limits;
		this.#timer = this.#clock.afterIdly(Math.max(0, host - this.#used), hostLate);
	}
	#stopHost() {
		if (this.#since === void 0) return;
		this.#used += this.#clock.now() - this.#since;
		this.#since = void 0;
	}
	#startApplication(what) {
		const { application, applicationLate } = this.#limits;
		this.#timer = application === void 0 ? void 0 : this.#clock.afterIdly(application, () => applicationLate?.(what));
	}
};
// packages/core/src/driver/question.ts
/** No question of the pool's asks for more than some dozen rows of some dozen columns. */
const MOST_CELLS = 2e4;
/** Characters of one value; the longest is a list of the addresses of all members. */
const LONGEST_CELL = 65536;
/** The server answered, but not what was asked: no client could make anything of it. */
var UnexpectedAnswer = class extends Error {
	constructor(what) {
		super(`it answered a probe with ${what}`);
	}
};
/**
* Asks a question of the pool's own. The answer is rows of texts and numbers, or an error: whatever a server sends is looked at
* here, while it comes, and nothing else is handed on.
*/
function question(connection, sql, done) {
	let cells = 0;
	const typeCast = (_, next) => {
		cells += 1;
		if (cells > MOST_CELLS) throw new UnexpectedAnswer(`more than ${MOST_CELLS} values`);
		return cellOf(next());
	};
	connection.query({
		sql,
		rowsAsArray: true,
		typeCast
	}, {}, (error, result, fields) => {
		if (error !== null) {
			done(error);
			return;
		}
		const answer = answerOf$1(result, fields);
		if (answer instanceof Error) done(answer);
		else done(null, answer);
	});
}
/** Reads what the driver made of an answer, or says what is wrong with it. */
function answerOf$1(result, fields) {
	if (!Array.isArray(result) || !Array.isArray(fields)) return new UnexpectedAnswer("OK, and no rows");
	const columns = [];
	for (const field of fields) {
		const name = typeof field === "object" && field !== null && "name" in field ? field.name : void 0;
		if (typeof name !== "string") return new UnexpectedAnswer("several results");
		columns.push(name);
	}
	const rows = [];
	for (const row of result) {
		if (!Array.isArray(row) || row.length !== columns.length) return new UnexpectedAnswer(`a row that has not ${columns.length} values`);
		try {
			rows.push(row.map(cellOf));
		} catch (error) {
			return error;
		}
	}
	return {
		columns,
		rows
	};
}
function cellOf(value) {
	if (value === null || typeof value === "number") return value;
	const text = Buffer.isBuffer(value) ? value.toString("utf8", 0, 65537) : value;
	if (typeof text === "bigint") return String(text);
	if (text instanceof Date) return String(text);
	if (typeof text !== "string") throw new UnexpectedAnswer("a value that is neither text nor number");
	if (text.length > LONGEST_CELL) throw new UnexpectedAnswer(`a value of more than ${LONGEST_CELL} characters`);
	return text;
}
// packages/core/src/discovery/caller.ts
/** Calls servers up, one at a time, on a connection that is closed when the call is over. */
var Caller = class {
	#env;
	#hangUp;
	#stopped = false;
	constructor(env) {
		this.#env = env;
	}
	/** Settles within the timeout, whatever the server does. */
	call(host, talk) {
		const { clock, driver, connection: config, timeout } = this.#env;
		return new Promise((resolve, reject) => {
			let over = false;
			let attempt;
			let connection;
			const settle = (then) => {
				if (over) return;
				over = true;
				timer.cancel();
				this.#hangUp = void 0;
				attempt?.abort();
				then();
			};
			const fail = (error) => settle(() => {
				connection?.destroy();
				reject(error);
			});
			const { connectTimeout } = config;
			const timer = new HostTimer(clock, {
				host: timeout,
				hostLate: () => fail(/* @__PURE__ */ new Error(`${host.name} did not answer within ${timeout} ms`)),
				application: connectTimeout,
				applicationLate: (what) => fail(/* @__PURE__ */ new Error(`${what} has not answered within ${connectTimeout} ms`))
			});
			this.#hangUp = fail;
			const connected = (line) => {
				connection = line;
				line.unref();
				talk(lineOf(line)).then((result) => {
					settle(() => {
						this.#sayGoodbye(line);
						resolve(result);
					});
				}, fail);
			};
			attempt = driver.connect({
				host,
				connection: config
			}, (error, line) => {
				attempt = void 0;
				if (line === void 0) fail(error ?? /* @__PURE__ */ new Error(`${host.name} could not be reached`));
				else connected(line);
			}, timer.application);
			if (this.#stopped) fail(/* @__PURE__ */ new Error("Discovery has ended"));
		});
	}
	stop() {
		this.#stopped = true;
		this.#hangUp?.(/* @__PURE__ */ new Error("Discovery has ended"));
	}
	#sayGoodbye(connection) {
		const timer = this.#env.clock.afterIdly(this.#env.timeout, () => connection.destroy());
		connection.close(() => timer.cancel());
	}
};
function lineOf(connection) {
	return {
		serverVersion: connection.serverVersion,
		ask: (sql) => new Promise((resolve, reject) => {
			question(connection, sql, (error, answer) => {
				if (answer === void 0) reject(error ?? /* @__PURE__ */ new Error("it answered nothing"));
				else resolve(answer);
			});
		})
	};
}
// packages/core/src/health/answer.ts
/** An answer of two columns, names and values, as one set of facts. */
function factsOf(answer) {
	return new Map(answer?.rows.map(([name, value]) => [String(name).toUpperCase(), textOf(value)]));
}
/** A fact that every server of the kind states; without it nothing is known of the server. */
function stated(facts, name) {
	const value = facts.get(name);
	if (value === null || value === void 0) throw new UnexpectedAnswer(`rows without ${name}`);
	return value;
}
/** Each row of an answer by the names of its columns. */
function recordsOf(answer) {
	if (answer === void 0) return [];
	const names = answer.columns.map((name) => name.toUpperCase());
	return answer.rows.map((row) => new Map(names.map((name, index) => [name, textOf(row[index])])));
}
/** Whether a switch is on. Some servers say `1`, some `ON`, and some have more ways than one to be on. */
function isOn$1(value) {
	return typeof value === "string" && value !== "0" && value.toUpperCase() !== "OFF";
}
function textOf(cell) {
	return cell === null || cell === void 0 ? null : String(cell);
}
// packages/core/src/health/server-facts.ts
/** What tells one server from another behind the same address. A server states those that it has. */
const IDENTITY = [
	"SERVER_ID",
	"SERVER_UUID",
	"SERVER_UID",
	"WSREP_NODE_NAME",
	"HOSTNAME",
	"PORT"
];
/** Settings under which a server refuses writes. Not every server has each; `super_read_only` is in the list for its name. */
const READ_ONLY_NAMES$1 = [
	"SUPER_READ_ONLY",
	"READ_ONLY",
	"INNODB_READ_ONLY",
	"TRANSACTION_READ_ONLY",
	"TX_READ_ONLY"
];
/**
* Asked once on each connection of a probe: SHOW VARIABLES names only what the server has, where `@@wsrep_on` would be an error
* without Galera. Every account may ask it.
*/
const SERVER_FACTS_SQL = showVariables([
	...[
		"WSREP_ON",
		"WSREP_PROVIDER",
		"GROUP_REPLICATION_GROUP_NAME"
	],
	...IDENTITY,
	...READ_ONLY_NAMES$1
]);
function serverFacts(version, answer) {
	return {
		version,
		variables: factsOf(answer)
	};
}
function identityOf({ variables }) {
	const stated = IDENTITY.map((name) => [name, variables.get(name)]);
	return new Map(stated.filter((entry) => typeof entry[1] === "string"));
}
/** Whether two connections lead to different servers. A server that states nothing is no other one. */
function isOtherServer(before, now) {
	for (const [name, value] of now) {
		const known = before.get(name);
		if (known !== void 0 && known !== value) return true;
	}
	return false;
}
/** `wsrep_node_name n2, server_id 1`: what differs, for a message. */
function wordsOfIdentity(server, other) {
	return [...server].filter(([name, value]) => other.get(name) !== value).map(([name, value]) => `${name.toLowerCase()} ${value ?? ""}`).join(", ");
}
function showVariables(names) {
	return `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name.toLowerCase()}'`).join(", ")})`;
}
// packages/core/src/health/read-only.ts
/** The setting under which the server refuses writes now, in words; undefined when none is on. */
function readOnlyReason(facts) {
	const name = READ_ONLY_NAMES$1.find((each) => isOn$1(facts.get(each)));
	return name === void 0 ? void 0 : `${name.toLowerCase()} is on`;
}
/** Rows of names and values of the settings that the server has; `read_only` every server has. */
function readOnlyRows({ variables }) {
	return [`SELECT 'READ_ONLY' AS name, @@global.read_only AS value`, ...READ_ONLY_NAMES$1.filter((name) => name !== "READ_ONLY" && variables.has(name)).map((name) => `SELECT '${name}', @@global.${name.toLowerCase()}`)].join("\nUNION ALL ");
}
// packages/core/src/health/verdict.ts
function unusable(reason) {
	return {
		usable: false,
		reason
	};
}
function isMariaDb(serverVersion) {
	return /mariadb/i.test(serverVersion);
}
// packages/core/src/health/probes/galera.ts
/** `wsrep_local_state`, as Galera documents it. */
const SYNCED = "4";
const DONOR_OR_DESYNCED = "2";
const STATE_NAMES = {
	"0": "Undefined",
	"1": "Joining",
	[DONOR_OR_DESYNCED]: "Donor/Desynced",
	"3": "Joined",
	[SYNCED]: "Synced"
};
const STATUS = `'WSREP_LOCAL_STATE', 'WSREP_CLUSTER_STATUS', 'WSREP_READY', 'WSREP_LOCAL_RECV_QUEUE', 'WSREP_CLUSTER_CONF_ID',
'WSREP_CLUSTER_STATE_UUID', 'wsrep_incoming_addresses'`;
const MARIADB_SQL = `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
WHERE VARIABLE_NAME IN (${STATUS})
UNION ALL SELECT 'READ_ONLY', @@global.read_only
UNION ALL SELECT 'INNODB_READ_ONLY', @@global.innodb_read_only
UNION ALL SELECT 'WSREP_ON', @@global.wsrep_on
UNION ALL SELECT 'WSREP_DESYNC', @@global.wsrep_desync
UNION ALL SELECT 'WSREP_REJECT_QUERIES', @@global.wsrep_reject_queries
UNION ALL SELECT 'WSREP_SST_DONOR_REJECTS_QUERIES', @@global.wsrep_sst_donor_rejects_queries`;
const MYSQL_SQL = `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM performance_schema.global_status
WHERE VARIABLE_NAME IN (${STATUS})
UNION ALL SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.global_variables
WHERE VARIABLE_NAME IN ('read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only', 'wsrep_on', 'wsrep_desync', 'wsrep_reject_queries', 'wsrep_sst_donor_rejects_queries', 'pxc_maint_mode')`;
/** A Galera node answers pings, connects and `SELECT 1` in any state, so its state has to be read. */
const galeraProbe = {
	name: "galera",
	resetIsSafe: false,
	questions: (server) => [isMariaDb(server.version) ? mariaDbSql(server) : MYSQL_SQL],
	privilege: () => void 0,
	judge: judge$3
};
function judge$3([answer], limits, spared) {
	const facts = factsOf(answer);
	const state = facts.get("WSREP_LOCAL_STATE") ?? "";
	const name = STATE_NAMES[state] ?? `state ${state}`;
	if (!isOn$1(facts.get("WSREP_ON") ?? "ON")) return unusable("wsrep_on is off: what is written there stays there");
	if (facts.get("WSREP_CLUSTER_STATUS") !== "Primary") return unusable("it is not in the primary component");
	if (facts.get("WSREP_READY") !== "ON") return unusable(`it is not ready (${name})`);
	const rejects = facts.get("WSREP_REJECT_QUERIES") ?? "NONE";
	if (rejects !== "NONE") return unusable(`wsrep_reject_queries is ${rejects}`);
	const donor = state === DONOR_OR_DESYNCED;
	if (!donor && state !== SYNCED) return unusable(`its state is ${name}`);
	if (donor && isOn$1(facts.get("WSREP_SST_DONOR_REJECTS_QUERIES"))) return unusable("it is a donor and rejects queries");
	stated(facts, "READ_ONLY");
	const readOnly = readOnlyReason(facts);
	const spare = sparingReasons(facts, limits, spared);
	const reasons = [
		...donor ? [donorReason(facts)] : [],
		...spare,
		...readOnly === void 0 ? [] : [readOnly]
	];
	const lastResort = spare.length > 0 || donor && !limits.useDonors;
	return {
		usable: true,
		writable: readOnly === void 0,
		lastResort,
		reason: reasons.join(", "),
		...allegianceOf$2(facts)
	};
}
/** The settings of the read-only kind that this server has besides. */
function mariaDbSql({ variables }) {
	const name = ["TX_READ_ONLY", "TRANSACTION_READ_ONLY"].find((each) => variables.has(each));
	return name === void 0 ? MARIADB_SQL : `${MARIADB_SQL}\nUNION ALL SELECT '${name}', @@global.${name.toLowerCase()}`;
}
function allegianceOf$2(facts) {
	const uuid = facts.get("WSREP_CLUSTER_STATE_UUID");
	if (uuid === null || uuid === void 0 || uuid === "") return {};
	const cluster = `the Galera cluster ${uuid}`;
	const number = Number(facts.get("WSREP_CLUSTER_CONF_ID") ?? NaN);
	return { allegiance: {
		is: "member",
		cluster,
		view: {
			cluster,
			number: Number.isNaN(number) ? void 0 : number,
			members: membersOf(facts)
		}
	} };
}
/** Only where each has an address of its own to be known by: AUTO, and nothing, may be several. */
function membersOf(facts) {
	const listed = (facts.get("WSREP_INCOMING_ADDRESSES") ?? "").split(",").map((entry) => entry.trim());
	return listed.every((entry) => entry !== "" && !entry.startsWith("AUTO") && entry !== "unspecified") && new Set(listed).size === listed.length ? listed : void 0;
}
/** State 2 has two causes, which look the same in it. */
function donorReason(facts) {
	return isOn$1(facts.get("WSREP_DESYNC")) ? "it is desynced (wsrep_desync is on)" : "it is a donor (Donor/Desynced)";
}
/** Why a node that could serve should rather not. */
function sparingReasons(facts, { maxReceiveQueue }, spared) {
	const mode = facts.get("PXC_MAINT_MODE") ?? "DISABLED";
	const maintenance = mode === "DISABLED" ? [] : [`pxc_maint_mode is ${mode}`];
	const limit = spared ? maxReceiveQueue / 2 : maxReceiveQueue;
	return maxReceiveQueue > 0 && Number(facts.get("WSREP_LOCAL_RECV_QUEUE") ?? 0) > limit ? [...maintenance, `its receive queue is long (the limit is ${maxReceiveQueue} write sets)`] : maintenance;
}
// packages/core/src/health/probes/group-replication.ts
const TABLE = "performance_schema.replication_group_members";
const SQL = `SELECT COUNT(*) AS total, SUM(MEMBER_STATE IN ('ONLINE', 'RECOVERING')) AS reachable,
MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_STATE, NULL)) AS state, MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_ROLE, NULL)) AS role,
@@global.read_only AS read_only, @@global.super_read_only AS super_read_only, @@global.innodb_read_only AS innodb_read_only,
@@global.transaction_read_only AS transaction_read_only, @@global.offline_mode AS offline_mode,
@@global.group_replication_group_name AS group_name,
GROUP_CONCAT(IF(MEMBER_STATE IN ('ONLINE', 'RECOVERING'), MEMBER_ID, NULL) ORDER BY MEMBER_ID) AS members
FROM ${TABLE}`;
/** A member of a MySQL group. One without a majority still calls itself ONLINE and PRIMARY, but its writes hang. */
const groupReplicationProbe = {
	name: "group-replication",
	resetIsSafe: true,
	questions: () => [SQL],
	privilege: () => `SELECT ON ${TABLE}`,
	judge: judge$2
};
function judge$2([answer]) {
	const [facts] = recordsOf(answer);
	const state = facts?.get("STATE") ?? "OFFLINE";
	if (facts === void 0 || state !== "ONLINE") return unusable(`its state in the group is ${state}`);
	if (isOn$1(facts.get("OFFLINE_MODE"))) return unusable("offline_mode is on");
	const total = Number(facts.get("TOTAL"));
	const reachable = Number(facts.get("REACHABLE"));
	if (!(reachable * 2 > total)) return unusable(`it reaches no majority of its group (${reachable} of ${total} members)`);
	const primary = facts.get("ROLE") === "PRIMARY";
	const readOnly = readOnlyReason(facts);
	return {
		usable: true,
		writable: primary && readOnly === void 0,
		lastResort: false,
		reason: primary ? readOnly ?? "" : "secondary",
		...allegianceOf$1(facts)
	};
}
function allegianceOf$1(facts) {
	const name = facts.get("GROUP_NAME") ?? "";
	if (name === "") return {};
	const cluster = `the group ${name}`;
	return { allegiance: {
		is: "member",
		cluster,
		view: {
			cluster,
			members: facts.get("MEMBERS")?.split(",")
		}
	} };
}
// packages/core/src/health/probes/replication.ts
/** A primary and its replicas. A server that replicates from nobody is a primary. */
const replicationProbe = {
	name: "replication",
	resetIsSafe: true,
	questions: (server) => [readOnlyRows(server), statusSql(server.version)],
	privilege: (version) => `${isMariaDb(version) && isAtLeast(version, [
		10,
		5,
		9
	]) ? "REPLICA MONITOR" : "REPLICATION CLIENT"} ON *.*`,
	judge: judge$1
};
function judge$1([readOnly, status], limits) {
	const facts = factsOf(readOnly);
	stated(facts, "READ_ONLY");
	const reasonAgainstWrites = readOnlyReason(facts);
	const sources = recordsOf(status).map((source) => follow(source, limits));
	const broken = sources.find(({ standing }) => standing === "broken");
	if (broken !== void 0) return unusable(broken.reason);
	const behind = sources.find(({ standing }) => standing === "behind");
	const reason = behind?.reason ?? reasonAgainstWrites ?? "";
	return {
		usable: true,
		writable: reasonAgainstWrites === void 0,
		lastResort: behind !== void 0,
		reason
	};
}
function follow(source, { maxReplicaLag }) {
	const io = either(source, "REPLICA_IO_RUNNING", "SLAVE_IO_RUNNING");
	if (either(source, "REPLICA_SQL_RUNNING", "SLAVE_SQL_RUNNING") !== "YES") return {
		standing: "broken",
		reason: "its replica SQL thread is not running"
	};
	if (io === "NO") return {
		standing: "broken",
		reason: "its replica I/O thread is not running"
	};
	if (io !== "YES") return {
		standing: "behind",
		reason: "it cannot reach its primary"
	};
	const seconds = either(source, "SECONDS_BEHIND_SOURCE", "SECONDS_BEHIND_MASTER");
	if (seconds === void 0 || !Number.isFinite(Number(seconds))) return {
		standing: "broken",
		reason: "it does not know how far it is behind its primary"
	};
	return maxReplicaLag > 0 && Number(seconds) * 1e3 > maxReplicaLag ? {
		standing: "behind",
		reason: `it is ${seconds} s behind its primary`
	} : {
		standing: "good",
		reason: ""
	};
}
function either(facts, name, formerly) {
	return (facts.get(name) ?? facts.get(formerly))?.toUpperCase();
}
/** MariaDB shows one source only unless asked for all; MySQL shows all, and has renamed the statement. */
function statusSql(version) {
	if (isMariaDb(version)) return "SHOW ALL SLAVES STATUS";
	return isAtLeast(version, [
		8,
		0,
		22
	]) ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
}
function isAtLeast(version, least) {
	const parts = version.split(/\D+/).map(Number);
	for (const [index, wanted] of least.entries()) {
		const part = parts[index] ?? 0;
		if (part !== wanted) return part > wanted;
	}
	return true;
}
// packages/core/src/health/probes/detect.ts
/**
* Which kind of server this is. A server on its own and a primary look the same, and either may become a replica at any time:
* both are asked for their replication each time.
*/
function detectProbe({ variables }) {
	const provider = variables.get("WSREP_PROVIDER") ?? "";
	if (isOn$1(variables.get("WSREP_ON") ?? "ON") && provider !== "" && provider !== "none") return galeraProbe;
	return (variables.get("GROUP_REPLICATION_GROUP_NAME") ?? "") === "" ? replicationProbe : groupReplicationProbe;
}
// packages/core/src/printable.ts
/** Longest text of a server's that a reason, an event or a warning carries. */
const LONGEST$3 = 1e3;
/** What would move a cursor, break a line, or turn a text around where it is shown. */
const UNPRINTABLE = /[\p{Cc}\u{2028}\u{2029}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]+/gu;
/** A text that a server may have made, on one line and of a length that can be read. */
function printable(text, longest = LONGEST$3) {
	return (text.length > longest ? `${text.slice(0, longest)}…` : text).replace(UNPRINTABLE, " ");
}
// packages/core/src/health/refusal.ts
/** Characters of what a server said: what is to be done comes after it. */
const LONGEST_CITED = 300;
/** No privilege for the table, for a column, for the statement, for the schema. */
const MISSING_PRIVILEGE = /* @__PURE__ */ new Set([
	1142,
	1143,
	1227,
	1044
]);
/** No such column, syntax, "unknown error" (how proxies say that they do not know it), no such table, variable or feature. */
const NOT_UNDERSTOOD = /* @__PURE__ */ new Set([
	1054,
	1064,
	1105,
	1109,
	1146,
	1193,
	1235,
	1289
]);
/**
* Whether the server is well but does not answer this question. One whose kind was found out, and not named in the
* configuration, may also fail to understand it: what stands there only looks like the kind that it was taken for.
*/
function isRefusedQuestion(error, probe) {
	return isMissingPrivilege(error) || probe === "auto" && NOT_UNDERSTOOD.has(error.errno);
}
/** What the operator is told, with the remedy. */
function refusalWarning(kind, serverVersion, account, error) {
	const privilege = isMissingPrivilege(error) ? kind.privilege(serverVersion) : void 0;
	const remedy = privilege === void 0 ? `If that is all there is to know, set health.probe to 'plain'.` : `Run GRANT ${privilege} TO ${quoted(printable(account, LONGEST_CITED))}; or, if that is all there is to know, set health.probe to 'plain'.`;
	return `${`The ${kind.name} probe was refused (${printable(error.message, LONGEST_CITED)})`}, so that of this kind of host only read_only is looked at. ${remedy}`;
}
/** Whether the account may not ask this. */
function isMissingPrivilege(error) {
	return MISSING_PRIVILEGE.has(error.errno);
}
/** `app@%` as GRANT takes it; the name of a user may have an @ of its own, that of a host has none. */
function quoted(account) {
	const at = account.lastIndexOf("@");
	return [account.slice(0, at), account.slice(at + 1)].map((part) => `'${part.replaceAll("'", "''")}'`).join("@");
}
// packages/core/src/discovery/shuffled.ts
/** A copy in random order. */
function shuffled(items, random) {
	return items.map((item) => ({
		item,
		rank: random()
	})).toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
}
// packages/core/src/health/probes/status-table.ts
/** Where a server keeps its status variables: MySQL has given up the table that MariaDB has. Every account may read either. */
function statusTable(serverVersion) {
	return isMariaDb(serverVersion) ? "information_schema.GLOBAL_STATUS" : "performance_schema.global_status";
}
// packages/core/src/discovery/membership.ts
/** The port of a server that does not name one. */
const USUAL_PORT = 3306;
function disbelieved(reason) {
	return {
		believed: false,
		reason
	};
}
/** The same for two ways of writing the same member. */
function memberKey({ host, port }) {
	return addressKey(host, port);
}
/** Reads an entry of a list of members; undefined where it is no address that anybody could connect to. */
function readMember(entry) {
	const address = parseAddress(entry);
	if ("wrong" in address) return void 0;
	const { host, port = USUAL_PORT } = address;
	return /^(?:auto|unspecified|0\.0\.0\.0|::)$/i.test(host) ? void 0 : {
		host,
		port
	};
}
/** True for an address that leads back to the machine it is used on. */
function isLoopback(host) {
	return /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}
// packages/core/src/discovery/galera-members.ts
function galeraMembersSql(serverVersion) {
	return `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM ${statusTable(serverVersion)} WHERE VARIABLE_NAME IN
('WSREP_CLUSTER_STATUS', 'WSREP_READY', 'WSREP_CLUSTER_SIZE', 'WSREP_LOCAL_INDEX', 'WSREP_INCOMING_ADDRESSES')`;
}
/** Reads the members of a Galera cluster. A node outside the primary component lists only those that it can see. */
function readGaleraMembers(answer) {
	const facts = factsOf(answer);
	if (facts.get("WSREP_CLUSTER_STATUS") !== "Primary") return disbelieved("it is not in the primary component");
	if (facts.get("WSREP_READY") !== "ON") return disbelieved("it is not ready");
	const listed = (facts.get("WSREP_INCOMING_ADDRESSES") ?? "").split(",").map((entry) => entry.trim());
	const entries = listed.filter((entry) => entry !== "");
	if (entries.length === 0) return disbelieved("its wsrep_incoming_addresses is empty");
	const members = entries.flatMap((entry) => readMember(entry) ?? []);
	const unreadable = entries.filter((entry) => readMember(entry) === void 0);
	const own = listed.length === Number(facts.get("WSREP_CLUSTER_SIZE")) ? listed[Number(facts.get("WSREP_LOCAL_INDEX"))] : void 0;
	return {
		believed: true,
		members,
		self: own === void 0 ? void 0 : readMember(own),
		unreadable
	};
}
// packages/core/src/discovery/group-members.ts
const GROUP_MEMBERS_SQL = `SELECT MEMBER_HOST, MEMBER_PORT, MEMBER_STATE, MEMBER_ID = @@server_uuid
FROM performance_schema.replication_group_members`;
/** Reads the members of a MySQL group. One that has lost the majority still calls itself ONLINE. */
function readGroupMembers(answer) {
	const rows = (answer?.rows ?? []).map(([host, port, state, own]) => ({
		member: {
			host: String(host ?? ""),
			port: Number(port ?? 0)
		},
		state: String(state),
		own: Number(own) === 1
	}));
	const self = rows.find(({ own }) => own);
	if (self?.state !== "ONLINE") return disbelieved(`its state in the group is ${self?.state ?? "OFFLINE"}`);
	const reachable = rows.filter(({ state }) => state === "ONLINE" || state === "RECOVERING").length;
	if (reachable * 2 <= rows.length) return disbelieved(`it reaches no majority of its group (${reachable} of ${rows.length} members)`);
	return {
		believed: true,
		members: rows.map(({ member }) => member).filter(({ host, port }) => host !== "" && port > 0),
		self: self.member,
		unreadable: []
	};
}
// packages/core/src/discovery/cluster-source.ts
/** Entries that a message names. */
const MOST_SHOWN = 10;
/** Looks in a row that may bring nothing before the operator hears of it. */
const PATIENCE = 3;
/**
* Asks the servers who belongs to their cluster. One answer is enough; the others are asked once, who they are, for a host may
* be known to its cluster by another address than to the pool, and must not come in twice.
*/
var ClusterSource = class {
	#map;
	#env;
	/** Who each host said it is, and in which of its generations: another server may stand there in the next. */
	#selves = /* @__PURE__ */ new WeakMap();
	#fruitless = 0;
	#stopped = false;
	constructor(map, env) {
		this.#map = map;
		this.#env = env;
	}
	async look() {
		const { hosts, random } = this.#env;
		const asked = shuffled(hosts.all.filter(({ state }) => state === "up" || state === "unknown" || state === "suspect"), random);
		let found;
		let failure;
		for (const host of asked) {
			if (this.#stopped) return void 0;
			if (found !== void 0 && this.#selves.get(host)?.generation === host.generation) continue;
			const answer = await this.#ask(host);
			if (answer.believed) found = {
				host,
				answer
			};
			else failure = `${host.name}: ${answer.reason}`;
		}
		this.#judge(found !== void 0, failure);
		return found === void 0 ? void 0 : this.#sighting(found.answer, found.host);
	}
	memberOf(host) {
		return this.#selves.get(host)?.member;
	}
	stop() {
		this.#stopped = true;
		this.#env.caller.stop();
	}
	async #ask(host) {
		const { generation } = host;
		try {
			const answer = await this.#env.caller.call(host.config, (line) => this.#question(host, line));
			if (answer.believed && answer.self !== void 0) this.#selves.set(host, {
				generation,
				member: memberKey(answer.self)
			});
			return answer;
		} catch (error) {
			return {
				believed: false,
				reason: error instanceof Error ? error.message : String(error)
			};
		}
	}
	async #question(host, line) {
		const { notices } = this.#env;
		const kind = detectProbe(serverFacts(line.serverVersion, await line.ask(SERVER_FACTS_SQL)));
		switch (kind.name) {
			case "galera": return readGaleraMembers(await line.ask(galeraMembersSql(line.serverVersion)));
			case "group-replication": try {
				return readGroupMembers(await line.ask(GROUP_MEMBERS_SQL));
			} catch (error) {
				if (error instanceof Error && isMissingPrivilege(error)) {
					const privilege = kind.privilege(line.serverVersion) ?? "";
					notices.problem("privilege", `Discovery may not ask ${host.name} for the members of its group (${printable(error.message, 300)}). Grant the pool's account ${privilege}, or set discovery to false.`);
				}
				throw error;
			}
			case "replication":
			case "plain":
				notices.problem("kind", `Discovery cannot learn anything from ${host.name}: it is neither a Galera node nor a member of a MySQL group. Set discovery to 'dns' if one name stands for all hosts, else to false.`);
				return {
					believed: false,
					reason: "it belongs to no cluster"
				};
			default: return kind.name;
		}
	}
	#sighting({ members, unreadable }, host) {
		const { notices } = this.#env;
		const useless = (address) => this.#map === void 0 && isLoopback(address) && !isLoopback(host.config.host);
		const usable = members.filter((member) => !useless(member.host));
		const wrong = [...unreadable, ...members.filter((member) => useless(member.host)).map(memberKey)];
		if (wrong.length === 0) notices.solved("members");
		else notices.problem("members", `Discovery cannot use ${listOf(wrong)} in the list of members that ${host.name} gave. Set wsrep_node_incoming_address (Galera) or report_host (MySQL) on these servers, or give discovery.map.`);
		return {
			members: usable.map((member) => ({ member })),
			complete: wrong.length === 0
		};
	}
	/** That no host is up the operator knows already. */
	#judge(fruitful, failure) {
		const { notices } = this.#env;
		if (fruitful) {
			this.#fruitless = 0;
			notices.solved("answer");
		} else if (failure !== void 0) {
			this.#fruitless += 1;
			if (this.#fruitless < PATIENCE || notices.told("kind") || notices.told("privilege")) return;
			notices.problem("answer", `Discovery has learnt nothing in its last ${PATIENCE} looks. The last reason: ${failure}`);
		}
	}
};
/** The first of them, quoted; a list can be as long as a server likes. */
function listOf(entries) {
	const shown = entries.slice(0, MOST_SHOWN).map((entry) => `'${printable(entry, 100)}'`);
	return entries.length > MOST_SHOWN ? `${shown.join(", ")} and ${entries.length - MOST_SHOWN} more` : shown.join(", ");
}
// packages/core/src/hosts/host-state.ts
/** The states a host can be in; `draining` is asked for by the operator, the others are found out. */
const HostState = {
	/** Never heard of yet: used like one that is up, for somebody has to be the first, and not to be counted on. */
	unknown: "unknown",
	/** Usable. */
	up: "up",
	/** Something went wrong; used only when no host is up, until a probe has spoken. */
	suspect: "suspect",
	/** Gets no connection; probed until it answers. */
	down: "down",
	/** Gets no new connection; idle ones are closed, lent ones on release. */
	draining: "draining"
};
/**
* Hosts are taken for usable until something else is seen, for the first statement need not wait for a probe; they count as up
* once a server has answered.
*/
const initialCondition = {
	health: "up",
	contacted: false,
	draining: false,
	reason: "",
	error: void 0,
	writable: true,
	hung: false,
	astray: false,
	lastResort: false
};
function stateOf(condition) {
	const { draining, health, contacted } = condition;
	if (draining) return HostState.draining;
	return health === "up" && !contacted ? HostState.unknown : health;
}
/** The one place where a host's condition changes. Answers the same object when nothing did. */
function transition(condition, signal) {
	switch (signal.kind) {
		case "usable": {
			const { writable, lastResort, reason, proven = true } = signal;
			const contacted = condition.contacted || proven;
			return condition.health === "up" && condition.contacted === contacted && condition.writable === writable && condition.lastResort === lastResort && condition.reason === reason ? condition : {
				...condition,
				health: "up",
				contacted,
				reason,
				error: void 0,
				writable,
				lastResort,
				hung: false,
				astray: false
			};
		}
		case "contacted": return condition.contacted ? condition : {
			...condition,
			contacted: true
		};
		case "unusable": {
			const hung = signal.hung === true;
			const astray = signal.astray === true;
			const same = condition.health === "down" && condition.reason === signal.reason && condition.hung === hung && condition.astray === astray;
			const error = signal.error ?? condition.error;
			return same ? condition : {
				...condition,
				health: "down",
				reason: signal.reason,
				error,
				hung,
				astray
			};
		}
		case "doubtful":
			if (condition.health !== "up") return condition;
			return {
				...condition,
				health: "suspect",
				reason: signal.reason,
				error: signal.error
			};
		case "readOnly": return condition.writable ? {
			...condition,
			writable: false,
			reason: signal.reason
		} : condition;
		case "drain": return condition.draining ? condition : {
			...condition,
			draining: true
		};
		case "undrain": return condition.draining ? {
			...condition,
			draining: false
		} : condition;
		default: return signal;
	}
}
// packages/core/src/discovery/reconcile.ts
/** Compares the hosts of a pool with the members of its cluster. What the configuration names is in nobody's way. */
function reconcile(known, candidates) {
	const discovered = known.filter(({ origin }) => origin === "discovered");
	return {
		add: candidates.filter((candidate, index) => !known.some((host) => isSame(host, candidate)) && !candidates.slice(0, index).some((earlier) => isSame(earlier, candidate))),
		missing: discovered.filter((host) => !candidates.some((candidate) => isSame(host, candidate))).map(nameOf),
		doubles: discovered.filter((host) => known.some((other) => goesBefore(other, host, known))).map(nameOf)
	};
}
function isSame(a, b) {
	return a.member === b.member || a.address === b.address;
}
function goesBefore(other, host, known) {
	if (other === host || host.member === void 0 || other.member !== host.member) return false;
	return other.origin === "configured" || known.indexOf(other) < known.indexOf(host);
}
function nameOf({ name }) {
	return name;
}
// packages/core/src/discovery/discovery.ts
/** Looks of different processes must not fall into step. */
const JITTER$2 = .2;
/** Milliseconds until the next look, at most, when the last one brought nothing. */
const RETRY = 5e3;
/** Looks in a row that must miss a host before it goes: a server that restarts is soon back. */
const MISSED_LOOKS = 2;
/** More hosts than any cluster has members: a list that long is a mistake. */
const MOST_MEMBERS = 128;
/** No request of the application is a newcomer's first: a member that joins is listed before it can serve. */
const UNPROBED = {
	...initialCondition,
	health: "down",
	reason: "it was discovered and has not been probed yet"
};
/**
* Keeps the hosts of a pool in step with its cluster. It takes away only what it has brought in: what the configuration or
* the operator named stays, and what the operator removed stays away.
*/
var Discovery = class {
	#config;
	#env;
	/** The member that each host it brought in was made of. */
	#members = /* @__PURE__ */ new WeakMap();
	#missed = /* @__PURE__ */ new Map();
	/** Members that the operator removed. */
	#dismissed = /* @__PURE__ */ new Set();
	#timer;
	#acting = false;
	#started = false;
	#stopped = false;
	constructor(config, env) {
		this.#config = config;
		this.#env = env;
		env.hosts.onChange((host) => {
			if (host.removed) this.#removed(host);
		});
	}
	/** Looks for the first time. */
	start() {
		if (this.#started || this.#stopped) return;
		this.#started = true;
		this.#look();
	}
	stop() {
		this.#stopped = true;
		this.#timer?.cancel();
		this.#env.source.stop();
	}
	async #look() {
		const { source, notices, clock, random } = this.#env;
		let learnt = false;
		try {
			const sighting = await source.look();
			if (this.#stopped) return;
			if (sighting !== void 0) this.#apply(sighting);
			learnt = sighting !== void 0;
		} catch (error) {
			notices.problem("look", `Discovery failed: ${messageOf(error)}`);
		}
		if (this.#stopped) return;
		const { interval } = this.#config;
		const pause = (learnt ? interval : Math.min(interval, RETRY)) * (1 - JITTER$2 * random());
		this.#timer = clock.afterIdly(pause, () => void this.#look());
	}
	#apply(sighting) {
		const { hosts, notices } = this.#env;
		if (sighting.members.length > MOST_MEMBERS) {
			notices.problem("count", `Discovery found ${sighting.members.length} hosts, which is taken for a mistake.`);
			return;
		}
		notices.solved("count");
		const read = sighting.members.map((sighted) => this.#newcomer(sighted));
		const newcomers = read.flatMap((newcomer) => typeof newcomer === "object" ? [newcomer] : []);
		const complete = sighting.complete && !read.includes("unknown");
		if (complete) this.#forgetDismissed(newcomers);
		const plan = reconcile(hosts.all.map((host) => this.#known(host)), newcomers);
		for (const newcomer of plan.add) if (!this.#isDismissed(newcomer)) this.#add(newcomer);
		this.#act(() => {
			for (const name of plan.doubles) this.#remove(hosts.find(name), "it is another host of the pool under a second address");
			if (complete) this.#removeMissing(new Set(plan.missing));
			const present = new Set(hosts.all.map((host) => this.#known(host).member));
			for (const { member, name } of newcomers) if (present.has(member)) this.#remove(name, "its addresses are hosts of their own");
		});
	}
	/** A host as it would be; 'out' when it is not wanted, 'unknown' when nobody can tell. */
	#newcomer({ member, name }) {
		const { notices, read, hosts } = this.#env;
		const { map } = this.#config;
		const key = memberKey(member);
		try {
			const given = map === void 0 ? member : map({
				host: member.host,
				port: member.port
			});
			if (given === void 0) return "out";
			heedRejection(given, () => void 0);
			if (given instanceof Promise) throw new Error("it answered a promise, and has to answer at once");
			const said = typeof given === "string" ? {} : given;
			const like = name?.config;
			const host = read(given);
			const last = Math.max(-1, ...hosts.all.filter(({ origin }) => origin === "configured").map(priorityOf));
			const config = {
				...host,
				weight: said.weight ?? like?.weight ?? host.weight,
				zone: said.zone ?? like?.zone,
				priority: said.priority ?? like?.priority ?? last + 1,
				connectionLimit: said.connectionLimit ?? like?.connectionLimit ?? host.connectionLimit,
				servername: said.servername ?? like?.servername ?? like?.host
			};
			notices.solved(`map ${key}`);
			return {
				member: key,
				address: addressKey(config.host, config.port),
				config,
				name
			};
		} catch (error) {
			const culprit = map === void 0 ? "It is no host" : "discovery.map failed";
			notices.problem(`map ${key}`, `Discovery left ${key} as it was. ${culprit}: ${messageOf(error)}`);
			return "unknown";
		}
	}
	#known(host) {
		const { name, origin, config } = host;
		const member = this.#env.source.memberOf(host) ?? this.#members.get(host);
		return {
			name,
			origin,
			address: addressKey(config.host, config.port),
			member
		};
	}
	#add({ config, member, name }) {
		const { hosts, probed } = this.#env;
		const condition = name?.removed === false && (name.state === HostState.up || name.state === HostState.unknown) || !probed ? initialCondition : UNPROBED;
		this.#members.set(hosts.add(config, {
			origin: "discovered",
			condition
		}), member);
	}
	#removeMissing(missing) {
		const { hosts } = this.#env;
		for (const host of Array.from(hosts.all)) {
			const looks = missing.has(host.name) ? (this.#missed.get(host) ?? 0) + 1 : 0;
			if (looks === 0) this.#missed.delete(host);
			else this.#missed.set(host, looks);
			const others = hosts.all.filter((other) => other !== host && !this.#missed.has(other));
			if (looks >= MISSED_LOOKS && others.some(({ state }) => state === HostState.up)) this.#remove(host, "it is not listed any more");
		}
	}
	#remove(host, reason) {
		if (host === void 0 || host.removed || this.#env.hosts.all.length === 1) return;
		this.#env.hosts.remove(host, reason);
	}
	#act(work) {
		this.#acting = true;
		try {
			work();
		} finally {
			this.#acting = false;
		}
	}
	#removed(host) {
		this.#missed.delete(host);
		if (this.#acting) return;
		const { member, address } = this.#known(host);
		this.#dismissed.add(member ?? address);
	}
	#isDismissed({ member, address }) {
		return this.#dismissed.has(member) || this.#dismissed.has(address);
	}
	/** One that has left its cluster since it was removed may come back as a new one. */
	#forgetDismissed(newcomers) {
		for (const key of Array.from(this.#dismissed)) if (!newcomers.some(({ member, address }) => member === key || address === key)) this.#dismissed.delete(key);
	}
};
function priorityOf({ config }) {
	return config.priority;
}
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
// packages/core/src/discovery/dns-source.ts
/** Milliseconds a lookup may take before the last answer is kept. */
const LOOKUP_TIMEOUT = 5e3;
/** Looks up the configured names: every address behind one of them is a host. A name that is not answered keeps its last ones. */
var DnsSource = class {
	#env;
	#names;
	#addresses = /* @__PURE__ */ new Map();
	constructor(env) {
		this.#env = env;
		this.#names = env.hosts.all.filter(({ config }) => isIP(config.host) === 0);
	}
	async look() {
		const names = this.#names.filter((name) => !name.removed || this.#addresses.has(name));
		const answered = await Promise.all(names.map((name) => this.#resolve(name)));
		const members = names.flatMap((name) => (this.#addresses.get(name) ?? []).map((host) => ({
			member: {
				host,
				port: name.config.port
			},
			name
		})));
		return members.length === 0 ? void 0 : {
			members,
			complete: answered.every(Boolean)
		};
	}
	memberOf() {}
	stop() {}
	/** Whether the name was answered. */
	async #resolve(name) {
		const { notices } = this.#env;
		const { host } = name.config;
		const subject = `dns ${host}`;
		try {
			const found = await this.#lookup(host);
			const ofIPv4 = found.filter((address) => isIPv4(address));
			const addresses = ofIPv4.length > 0 ? ofIPv4 : found;
			if (addresses.length === 0) throw new Error("the answer is empty");
			this.#addresses.set(name, addresses);
			notices.solved(subject);
			return true;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			const kept = this.#addresses.has(name) ? "its last addresses" : "the name";
			notices.problem(subject, `Discovery cannot look up ${host} (${reason}); the pool goes on with ${kept}.`);
			return false;
		}
	}
	#lookup(host) {
		const { clock, lookup } = this.#env;
		return new Promise((resolve, reject) => {
			const late = () => reject(/* @__PURE__ */ new Error(`no answer within ${LOOKUP_TIMEOUT} ms`));
			const timer = clock.afterIdly(LOOKUP_TIMEOUT, late);
			const end = () => timer.cancel();
			lookup(host).then(resolve, reject).finally(end);
		});
	}
};
// packages/core/src/discovery/notices.ts
/** A list of members may be long. */
const LONGEST$2 = 4e3;
/** Tells the operator of a problem once, and again only when it has been away in between. */
var Notices = class {
	#tell;
	#told = /* @__PURE__ */ new Set();
	constructor(tell) {
		this.#tell = tell;
	}
	/** @param subject - what it is about, whatever the words */
	problem(subject, message) {
		if (this.#told.has(subject)) return;
		this.#told.add(subject);
		this.#tell(printable(message, LONGEST$2));
	}
	/** Whether the operator knows. */
	told(subject) {
		return this.#told.has(subject);
	}
	solved(subject) {
		this.#told.delete(subject);
	}
};
// packages/core/src/discovery/create-discovery.ts
/** The discovery that a configuration asks for; undefined when it asks for none. */
function createDiscovery(config, around) {
	const { discovery, health, connection } = config;
	if (discovery === false) return void 0;
	const notices = new Notices(around.tell);
	const caller = new Caller({
		...around,
		connection,
		timeout: health.timeout
	});
	const source = discovery.from === "dns" ? new DnsSource({
		...around,
		notices
	}) : new ClusterSource(discovery.map, {
		...around,
		caller,
		notices
	});
	return new Discovery(discovery, {
		...around,
		source,
		notices,
		probed: health.probe !== false,
		read: (host) => readHost(host, config)
	});
}
// packages/core/src/discovery/lookup.ts
/** Asks as connections do, the hosts file included. */
const systemLookup = async (name) => {
	return (await lookup(name, { all: true })).map(({ address }) => address);
};
// packages/core/src/host-control.ts
/** `pool.hosts`: what an operator does to the hosts of a running pool. */
var HostControl = class {
	#hosts;
	#read;
	#accept;
	/** @param accept - has what is known of a host's cluster forgotten */
	constructor(hosts, read, accept) {
		this.#hosts = hosts;
		this.#read = read;
		this.#accept = accept;
	}
	add(host) {
		const config = this.#read(host);
		if (this.#hosts.find(config.name) !== void 0) throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `The pool has a host ${config.name} already`);
		this.#hosts.add(config);
	}
	remove(name) {
		const host = this.#get(name);
		if (this.#hosts.all.length === 1) throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `${name} is the pool's only host; add another first, or end the pool`);
		this.#hosts.remove(host, "the operator removed it");
	}
	drain(name) {
		this.#hosts.signal(this.#get(name), { kind: "drain" });
	}
	undrain(name) {
		this.#hosts.signal(this.#get(name), { kind: "undrain" });
	}
	accept(name) {
		this.#accept(this.#get(name));
	}
	#get(name) {
		const names = () => this.#hosts.all.map((known) => known.name).join(", ");
		if (typeof name !== "string") throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `A host is named by a string such as 'db1:3306', and the pool got ${shownValue(name, [])}; its hosts are ${names()}`);
		const host = this.#hosts.find(name);
		if (host !== void 0) return host;
		throw new HostpoolError("ERR_HOSTPOOL_CONFIG", `The pool has no host '${name}'; its hosts are ${names()}`);
	}
};
// packages/core/src/health/announce.ts
/** Tells the pool's listeners of each change of a host's state. */
function announceChanges(hosts, emitter) {
	hosts.onChange((host, before) => {
		const { state, condition, name } = host;
		const { reason, error } = condition;
		if (before === void 0) emitter.emit("hostAdded", {
			host: name,
			origin: host.origin
		});
		if (host.removed) emitter.emit("hostRemoved", {
			host: name,
			reason
		});
		if (before === void 0 || state === before) return;
		switch (state) {
			case HostState.up:
				emitter.emit("hostUp", {
					host: name,
					reason
				});
				break;
			case HostState.unknown: break;
			case HostState.suspect:
				emitter.emit("hostSuspect", {
					host: name,
					reason
				});
				break;
			case HostState.draining:
				emitter.emit("hostDraining", { host: name });
				break;
			case HostState.down:
				emitter.emit("hostDown", {
					host: name,
					reason,
					error
				});
				if (hosts.all.every((other) => !other.serves.read && !other.serves.write)) {
					const reasons = hosts.all.map((other) => [other.name, other.condition.reason]);
					emitter.emit("allHostsDown", { reasons: Object.fromEntries(reasons) });
				}
		}
	});
}
// packages/core/src/hosts/belonging.ts
const STRANGER = {
	cluster: void 0,
	apart: false,
	accepted: false
};
const ACCEPTED = {
	cluster: void 0,
	apart: false,
	accepted: true
};
/**
* Whether a host still is what it was, and what the others are. One that was of a cluster and now is of none, or of another, would
* take writes that the cluster never sees; of two primary components at once the smaller one does.
*/
function judgeBelonging(known, said, others) {
	if (said.is === "unknown") return {
		belonging: known,
		objection: void 0
	};
	if (known.accepted) {
		if (said.is === "none") return {
			belonging: ACCEPTED,
			objection: void 0
		};
		const accepted = !others.some((other) => isTogether(said.view, other));
		return {
			belonging: {
				cluster: said.cluster,
				apart: false,
				accepted
			},
			objection: void 0
		};
	}
	const cluster = known.cluster ?? others.find(({ belonging }) => isOfCluster(belonging))?.belonging.cluster;
	if (said.is === "none") {
		if (cluster === void 0) return {
			belonging: known,
			objection: void 0
		};
		return {
			belonging: known,
			objection: {
				to: known.cluster === void 0 && said.follows ? "writes" : "everything",
				why: `it belongs to no cluster, and ${origin(known, cluster)}`
			}
		};
	}
	if (cluster !== void 0 && said.cluster !== cluster) return {
		belonging: known,
		objection: {
			to: "everything",
			why: `it belongs to ${said.cluster}, and ${origin(known, cluster)}`
		}
	};
	const apart = isApart(known, said.view, others);
	const objection = apart ? {
		to: "everything",
		why: "it is in a primary component of its own, beside the one of the other hosts"
	} : void 0;
	return {
		belonging: {
			...known,
			cluster: said.cluster,
			apart
		},
		objection
	};
}
function isOfCluster({ cluster, apart, accepted }) {
	return cluster !== void 0 && !apart && !accepted;
}
function origin({ cluster }, others) {
	return cluster === void 0 ? `the other hosts to ${others ?? "one"}` : `it belonged to ${cluster}`;
}
/** Once apart it stays so, until it is seen in one component with a host that is not. */
function isApart({ apart }, view, others) {
	const members = view?.members;
	if (view === void 0 || members === void 0) return apart;
	let beside = apart;
	for (const other of others) {
		const theirs = other.view?.members;
		if (!other.up || other.belonging.apart || other.view?.cluster !== view.cluster || theirs === void 0) continue;
		if (isTogether(view, other)) return false;
		if (isLesser(members, theirs)) beside = true;
	}
	return beside;
}
/** Whether both see a member that the other sees, too: two components have none in common. */
function isTogether(view, { up, belonging, view: theirs }) {
	if (!up || belonging.apart || view === void 0 || view.cluster !== theirs?.cluster) return false;
	return view.members?.some((member) => theirs.members?.includes(member)) === true;
}
/** Of two components the larger one goes on; of two equal ones every process chooses the same. */
function isLesser(members, others) {
	if (members.length !== others.length) return members.length < others.length;
	return members.toSorted().join() > others.toSorted().join();
}
// packages/core/src/hosts/backoff.ts
const FIRST = 500;
const LONGEST$1 = 3e4;
/** The longest pause before a host is asked again that callers depend on. */
const URGENT = 500;
/**
* Milliseconds to leave a host alone after so many failures in a row: 0.5 to 30 s, doubling, anywhere in the interval (full
* jitter), so that many processes do not come back in step.
*/
function backoff(failures, random) {
	const ceiling = Math.min(LONGEST$1, FIRST * 2 ** Math.max(0, failures - 1));
	return Math.max(FIRST / 10, ceiling * random());
}
/** Milliseconds to leave a host alone that callers wait for while nothing is open there: short, and never in step with others. */
function urgentPause(random) {
	return URGENT * (1 - random() / 2);
}
// packages/core/src/hosts/cluster-view.ts
/** Members of a group come from one view of it to the next within milliseconds of each other; this is ample. */
const IN_STEP = 250;
function seenView(view, known, now) {
	return known !== void 0 && known.cluster === view.cluster && known.number === view.number ? {
		...view,
		since: known.since
	} : {
		...view,
		since: now
	};
}
/**
* Whether a member still has a view that others had left behind well before it was asked. Such a member has been given up by
* its group and does not know it yet, as for some seconds after a hang: it calls itself healthy, its reads are stale, and its
* writes go nowhere.
*/
function isBehind(view, others, askedAt) {
	if (view.number === void 0) return false;
	for (const other of others) {
		if (other?.number === void 0 || other.cluster !== view.cluster) continue;
		if (other.number > view.number && askedAt - other.since >= IN_STEP) return true;
	}
	return false;
}
// packages/core/src/health/refusals.ts
/** Milliseconds without a refusal after which the count begins anew. */
const FORGOTTEN = 1e4;
/**
* Refusals that no variable of the server explains. What is refused again and again is not to be had there, whatever the server
* says of itself; only time takes that back, for nothing but another statement could tell.
*/
var Refusals = class {
	#rules;
	#count = 0;
	/** When the last was noted, and for how long it was believed. */
	#notedAt = -Infinity;
	#held = 0;
	constructor(rules) {
		this.#rules = rules;
	}
	note(now) {
		if (this.holds(now)) return;
		const { free, first, longest } = this.#rules;
		if (now - this.#notedAt > this.#held * 2 + FORGOTTEN) this.#count = 0;
		this.#count += 1;
		this.#notedAt = now;
		this.#held = this.#count > free ? Math.min(longest, first * 4 ** (this.#count - free - 1)) : 0;
	}
	/** Whether they are believed now. */
	holds(now) {
		return now < this.#notedAt + this.#held;
	}
};
// packages/core/src/health/evidence.ts
/** What is known of one host besides what it says of itself now: what it said before, what it did, and what others say. */
var Evidence = class {
	#host;
	#env;
	/** What was said against the host over old connections, until a new one has spoken. */
	#contested = "nothing";
	#identity;
	#refusedWrites = new Refusals({
		free: 0,
		first: 250,
		longest: 6e4
	});
	#refusedStatements = new Refusals({
		free: 2,
		first: 1e3,
		longest: 3e4
	});
	constructor(host, env) {
		this.#host = host;
		this.#env = env;
	}
	/** Whether something was said against the host that no new connection has borne out or contradicted yet. */
	get isContested() {
		return this.#contested !== "nothing";
	}
	/** An old connection said something bad. */
	contest(verdict) {
		if (!verdict.usable) this.#contested = "everything";
		else if (!verdict.writable && this.#contested === "nothing") this.#contested = "writes";
	}
	/** @param explained - whether one of the server's settings says that it takes no writes */
	noteWriteRefused(explained) {
		if (!explained) this.#refusedWrites.note(this.#env.clock.now());
		if (this.#contested === "nothing") this.#contested = "writes";
	}
	/**
	* @param openedAt - when the connect of that connection began
	* @returns whether that is believed, whatever the host says of itself
	*/
	noteStatementRefused(openedAt) {
		const now = this.#env.clock.now();
		if (!this.isContested && openedAt >= this.#host.trustedFrom) this.#refusedStatements.note(now);
		this.#contested = "everything";
		return this.#refusedStatements.holds(now);
	}
	/** A new connection has spoken. */
	settle({ openedAt, identity }, verdict) {
		const { hosts, warn } = this.#env;
		const contradicts = verdict.usable && (this.#contested === "everything" || this.#contested === "writes" && verdict.writable);
		this.#contested = "nothing";
		const before = this.#identity;
		this.#identity = identity ?? before;
		const moved = before !== void 0 && identity !== void 0 && isOtherServer(before, identity);
		if (moved) {
			const { name } = this.#host;
			const now = wordsOfIdentity(identity, before);
			const then = wordsOfIdentity(before, identity);
			warn(this.#host, `moved ${name} ${now}`, `${name} leads to another server now (${now}; it was ${then})`);
		}
		if (contradicts || moved) hosts.distrustOlder(this.#host, openedAt);
	}
	/** What the host said of itself, seen beside what else is known. */
	examine(verdict, askedAt) {
		if (!verdict.usable) return verdict;
		const { clock, hosts } = this.#env;
		if (this.#refusedStatements.holds(clock.now())) return unusable("it refuses statements, though it calls itself well");
		const inCluster = this.#examineAllegiance(verdict, askedAt);
		if (!inCluster.usable) return inCluster;
		if (inCluster.writable && this.#refusedWrites.holds(clock.now())) return {
			...inCluster,
			writable: false,
			reason: "it refuses writes, though it does not call itself read-only"
		};
		return inCluster;
	}
	/** Whether it still is what it was, and of one mind with the others. */
	#examineAllegiance(verdict, askedAt) {
		const { clock, hosts, warn, learnt } = this.#env;
		const host = this.#host;
		const { allegiance } = verdict;
		if (allegiance === void 0) return verdict;
		const others = hosts.all.filter((other) => other !== host);
		const view = allegiance.is === "member" ? allegiance.view : void 0;
		if (view !== void 0) {
			host.view = seenView(view, host.view, clock.now());
			if (isBehind(view, others.filter(({ state }) => state === "up").map((other) => other.view), askedAt)) return unusable("the cluster goes on without it, and it has not noticed yet");
		}
		const neighbours = others.map((other) => ({
			up: other.state === "up",
			belonging: other.belonging,
			view: other.view
		}));
		const { belonging, objection } = judgeBelonging(host.belonging, allegiance, neighbours);
		const isNew = host.belonging.cluster === void 0 && belonging.cluster !== void 0;
		host.belonging = belonging;
		if (isNew) learnt(host);
		if (objection === void 0 || objection.to === "writes" && !verdict.writable) return verdict;
		const { to, why } = objection;
		const consequence = to === "writes" ? "It gets no writes" : "It is not used";
		warn(host, `belonging ${host.name} ${why}`, `${host.name}: ${why}. ${consequence} until it is back, or pool.hosts.accept('${host.name}') says that this is as it should be`);
		return to === "writes" ? {
			...verdict,
			writable: false,
			reason: why
		} : {
			usable: false,
			reason: why,
			astray: true
		};
	}
};
// packages/core/src/errors/classify.ts
/** What an error says about the host, the configuration or the caller. */
const ErrorClass = {
	/** Password, database, privileges or TLS are wrong; the host itself is well. */
	configuration: "configuration",
	/** The connection is gone, or was never made: nobody answers there. */
	lost: "lost",
	/** The server answers, but takes no part in its cluster now. */
	notReady: "notReady",
	/** The server itself does not know whether it was committed: it was cut off while it was. */
	unknown: "unknown",
	/** The server does not accept writes. */
	readOnly: "readOnly",
	/** Another transaction came first and this one is undone as a whole; the same work can succeed when it is done again. */
	conflict: "conflict",
	/** Another transaction holds a row for too long; the statement was undone, its transaction goes on. */
	lockTimeout: "lockTimeout",
	/** The host has no room for more; it is not broken. */
	overload: "overload",
	/** No answer in the time the caller gave; the server may still be at it. */
	timeout: "timeout",
	/** The statement itself: syntax, a constraint, a missing table. */
	statement: "statement"
};
const BY_ERRNO = /* @__PURE__ */ new Map([
	[1044, ErrorClass.configuration],
	[1045, ErrorClass.configuration],
	[1049, ErrorClass.configuration],
	[1130, ErrorClass.configuration],
	[1251, ErrorClass.configuration],
	[1524, ErrorClass.configuration],
	[1698, ErrorClass.configuration],
	[1820, ErrorClass.configuration],
	[1862, ErrorClass.configuration],
	[3118, ErrorClass.configuration],
	[3159, ErrorClass.configuration],
	[3955, ErrorClass.configuration],
	[4151, ErrorClass.configuration],
	[1040, ErrorClass.overload],
	[1203, ErrorClass.overload],
	[1226, ErrorClass.overload],
	[1129, ErrorClass.overload],
	[1047, ErrorClass.notReady],
	[1180, ErrorClass.unknown],
	[3098, ErrorClass.statement],
	[3100, ErrorClass.unknown],
	[3101, ErrorClass.conflict],
	[1213, ErrorClass.conflict],
	[1205, ErrorClass.lockTimeout],
	[1020, ErrorClass.conflict],
	[1290, ErrorClass.readOnly],
	[1792, ErrorClass.statement],
	[1836, ErrorClass.readOnly],
	[1874, ErrorClass.readOnly],
	[1053, ErrorClass.lost],
	[1079, ErrorClass.lost],
	[1152, ErrorClass.lost],
	[1184, ErrorClass.lost],
	[1158, ErrorClass.lost],
	[1159, ErrorClass.lost],
	[1160, ErrorClass.lost],
	[1161, ErrorClass.lost],
	[1927, ErrorClass.lost],
	[2006, ErrorClass.lost],
	[2013, ErrorClass.lost],
	[2055, ErrorClass.lost],
	[3032, ErrorClass.notReady],
	[4031, ErrorClass.lost]
]);
const BY_CODE = /* @__PURE__ */ new Map([
	["PROTOCOL_SEQUENCE_TIMEOUT", ErrorClass.timeout],
	["PROTOCOL_CONNECTION_LOST", ErrorClass.lost],
	["ERR_HOSTPOOL_HOST_LOST", ErrorClass.lost],
	["ECONNREFUSED", ErrorClass.lost],
	["ECONNRESET", ErrorClass.lost],
	["ECONNABORTED", ErrorClass.lost],
	["ETIMEDOUT", ErrorClass.lost],
	["EPIPE", ErrorClass.lost],
	["EHOSTUNREACH", ErrorClass.lost],
	["EHOSTDOWN", ErrorClass.lost],
	["ENETUNREACH", ErrorClass.lost],
	["ENETDOWN", ErrorClass.lost],
	["EADDRNOTAVAIL", ErrorClass.lost],
	["ENOENT", ErrorClass.lost],
	["ENOTFOUND", ErrorClass.lost],
	["EAI_AGAIN", ErrorClass.lost],
	["HANDSHAKE_NO_SSL_SUPPORT", ErrorClass.configuration],
	["HANDSHAKE_SSL_ERROR", ErrorClass.configuration],
	["AUTH_SWITCH_PLUGIN_ERROR", ErrorClass.configuration],
	["MFA_UNSUPPORTED", ErrorClass.configuration]
]);
/**
* The class of an error, by `errno` first, then `code`, then `fatal`. A fatal error that is not known otherwise means that
* the connection is gone: mysql2 gives one without code or errno for a command on a dead connection.
*/
function classify$1(failure) {
	const error = failure;
	const byErrno = typeof error.errno === "number" ? BY_ERRNO.get(error.errno) : void 0;
	if (byErrno !== void 0) return byErrno;
	const byCode = typeof error.code === "string" ? classifyCode(error.code) : void 0;
	if (byCode !== void 0) return byCode;
	return error.fatal === true ? ErrorClass.lost : ErrorClass.statement;
}
function classifyCode(code) {
	const known = BY_CODE.get(code);
	if (known !== void 0) return known;
	return /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/.test(code) ? ErrorClass.configuration : void 0;
}
/** Whether a connect failed by a function of the application's own, and says nothing about the host. */
function isApplicationFault(error) {
	return error.code === "ERR_HOSTPOOL_CONFIG";
}
/** What a failed connect says: nobody there, a wrong configuration, or no room. */
function classifyConnectFailure(error) {
	const found = classify$1(error);
	return found === ErrorClass.statement || found === ErrorClass.timeout ? ErrorClass.lost : found;
}
/** Errors of a statement that are known to leave the transaction around it as it was. */
const KEEPS_TRANSACTION = /* @__PURE__ */ new Set([
	1048,
	1052,
	1054,
	1062,
	1064,
	1065,
	1109,
	1136,
	1146,
	1149,
	1169,
	1216,
	1217,
	1242,
	1264,
	1265,
	1292,
	1305,
	1364,
	1365,
	1366,
	1406,
	1451,
	1452,
	1586,
	1644,
	1690,
	3819,
	4025
]);
/** Whether the server's error is one after which a transaction surely goes on. */
function keepsTransaction(error) {
	return KEEPS_TRANSACTION.has(error.errno);
}
/**
* Whether the server says that it refuses writes as such. 1290 is said of other settings, too; it names the setting, and that name
* is the same in every language.
*/
function refusesWrites(failure) {
	const { errno } = failure;
	return errno === 1836 || errno === 1874 || errno === 1290 && /read[-_]only/i.test(failure.message);
}
/** Whether a write was refused because its transaction may only read: outside of the caller's own that is the server's doing. */
function isReadOnlySession(error) {
	return error.errno === 1792;
}
/** Errors of a text that the server could not read, or reads and does not take at this point: nothing was begun. */
const REFUSED_AT_ONCE = /* @__PURE__ */ new Set([
	1064,
	1065,
	1149,
	1235,
	1295,
	1399,
	1400,
	1568
]);
/** Whether the server's error proves that the statement did nothing, COMMIT included. */
function isRefusedAtOnce(error) {
	return REFUSED_AT_ONCE.has(error.errno);
}
// packages/core/src/health/probe-errors.ts
/** No answer in time: nobody knows what such a server still does, so nothing of it is waited for. */
var ProbeTimeout = class extends Error {};
/** A new connection was let in and lost before it had its answer: sessions are being ended there, or the server breaks off. */
var SessionEnded = class extends Error {};
/** The question could not even be put, for a reason of this side's: the password function failed. */
var ProbeImpossible = class extends Error {};
/** The probe was not let in, or could not ask: that says nothing about how the host serves. */
function isRefusedLogin(error) {
	if (error instanceof ProbeImpossible) return true;
	if (error instanceof ProbeTimeout || error instanceof SessionEnded) return false;
	const errorClass = classifyConnectFailure(error);
	return errorClass === ErrorClass.configuration || errorClass === ErrorClass.overload;
}
// packages/core/src/health/worse.ts
/** Whether nothing is to be said against the host. */
function isWell({ health, writable, lastResort }) {
	return health === "up" && writable && !lastResort;
}
/** Whether a verdict takes something away from a host that it has now. */
function isWorse({ health, writable, lastResort }, verdict) {
	if (!verdict.usable) return health !== "down";
	return writable && !verdict.writable || !lastResort && verdict.lastResort;
}
// packages/core/src/health/host-monitor.ts
/** Probes of different processes, and of different hosts, must not fall into step. */
const JITTER$1 = .2;
/** Milliseconds in which a cluster that has lost a member finds out who is left and who leads. */
const SETTLING = 3e4;
/** Milliseconds between two new connections to a host that takes no writes, or should be spared, and has done so for long. */
const FRESH_EVERY = 1e4;
/** Milliseconds after which the probe of a host that is well takes a new connection: the address may lead to another server. */
const RENEW_EVERY = 3e4;
/** The same when the pool itself has just opened one there. */
const RENEW_WITH_OTHERS = 5e3;
/** New connections that are let in and lost, one after the other, before the host counts as down … */
const MOST_ENDINGS = 3;
/** … and milliseconds after the first of them; twice as many after each further one. */
const ENDING_PAUSE = 20;
/**
* Probes one host again and again: at leisure while it is up, often while it is not, at once when something was noticed. A bad
* word that came over an old connection counts when a new one bears it out.
*/
var HostMonitor = class {
	#host;
	#prober;
	#health;
	#env;
	#timer;
	#dueAt = Infinity;
	#started = false;
	#stopped = false;
	#probing = false;
	/** Something happened while a probe was under way: its answer may be older than the news. */
	#again = "no";
	/** When the last probe began, when one was last answered, and when a new connection last spoke; on the monotonic clock. */
	#askedAt = -Infinity;
	#answeredAt = -Infinity;
	#freshAt = -Infinity;
	/** When the connect of the last connection began over which the host called itself well. */
	#goodFrom = -Infinity;
	#failures = 0;
	#endings = 0;
	/** The account may not ask all; every other probe finds out over a new connection whether it may now. */
	#limited = false;
	#limitedTurn = false;
	#evidence;
	#waiting = [];
	constructor(host, prober, health, env) {
		this.#host = host;
		this.#prober = prober;
		this.#health = health;
		this.#env = env;
		this.#evidence = new Evidence(host, env);
	}
	start() {
		if (this.#started || this.#stopped) return;
		this.#started = true;
		if (this.#health.probe !== false) this.#probe();
	}
	stop() {
		this.#stopped = true;
		this.#timer?.cancel();
		this.#prober.close();
		this.#tellWaiting(null, Infinity);
	}
	/**
	* Asks the host now how it is, also with probes switched off.
	* @param done - called exactly once, never synchronously
	*/
	requestCheck({ within = 0, fresh = false } = {}, done) {
		const now = this.#env.clock.now();
		const known = within > 0 && now - (fresh ? this.#freshAt : this.#answeredAt) <= within && this.#host.state === "up";
		if (this.#stopped || known) {
			if (done !== void 0) queueMicrotask(() => done(null));
			return;
		}
		const joins = this.#probing && !fresh && within > 0 && now - this.#askedAt <= within;
		if (done !== void 0) this.#waiting.push({
			since: joins ? -Infinity : now,
			done
		});
		if (!this.#probing) this.#probe(fresh);
		else if (!joins) this.#again = fresh || this.#again === "fresh" ? "fresh" : "yes";
	}
	/** Something was noticed: asks now, unless probes are off and there is nothing against the host. */
	kick(request) {
		if (this.#health.probe !== false || !isWell(this.#host.condition)) this.requestCheck(request);
	}
	/**
	* Asks now, unless it did so a moment ago.
	* @param pause - milliseconds between two such questions
	* @returns whether a probe is under way that needs no more than one round trip to be answered
	*/
	ask(pause) {
		if (this.#stopped || this.#health.probe === false) return false;
		if (!this.#probing) {
			if (this.#env.clock.now() - this.#askedAt < pause) return false;
			this.#probe();
		}
		return this.#prober.connected;
	}
	/** Statements wait there for their answers: probes now, and with less patience. */
	hurry() {
		if (this.#stopped || this.#health.probe === false) return;
		if (!this.#probing) this.#probe();
		this.#prober.hurry();
	}
	/** Probes after the pause for hosts that are not up; a probe that is due before stays. */
	retrySoon() {
		if (this.#stopped) return;
		if (this.#probing) this.#again = "fresh";
		else if (this.#timer === void 0 || this.#dueAt > this.#env.clock.now() + this.#health.retryInterval) this.#schedule();
	}
	/** The pool has opened a connection there; where it leads to, the probe's older one does not tell. */
	connectionOpened() {
		if (this.#health.probe === false || this.#probing || this.#stopped || this.#freshAt === -Infinity) return;
		if (this.#env.clock.now() - this.#freshAt > RENEW_WITH_OTHERS) this.requestCheck({ fresh: true });
	}
	/** A connect has failed. @param startedAt - when it began */
	connectFailed(error, startedAt) {
		const { hosts } = this.#env;
		const reason = `connect failed: ${error.message}`;
		if (startedAt < this.#goodFrom) {
			hosts.signal(this.#host, {
				kind: "doubtful",
				reason,
				error
			});
			this.kick({ fresh: true });
			return;
		}
		hosts.signal(this.#host, {
			kind: "unusable",
			reason,
			error
		});
		this.retrySoon();
	}
	/** A statement was refused because the server is not ready. @param openedAt - when that connection's connect began */
	statementRefused(error, openedAt) {
		const { hosts, clock } = this.#env;
		const reason = `it refused a statement: ${error.message}`;
		if (this.#health.probe === false) {
			hosts.signal(this.#host, {
				kind: "unusable",
				reason,
				error
			});
			this.retrySoon();
			return;
		}
		if (this.#evidence.noteStatementRefused(openedAt)) {
			hosts.signal(this.#host, {
				kind: "unusable",
				reason,
				error
			});
			this.retrySoon();
			return;
		}
		hosts.signal(this.#host, {
			kind: "doubtful",
			reason,
			error
		});
		if (this.#host.serves.read) this.requestCheck({ fresh: true });
		else this.retrySoon();
	}
	/**
	* A write was refused because the server is read-only.
	* @param explained - whether one of its settings says so
	*/
	writeRefused(error, explained) {
		this.#evidence.noteWriteRefused(explained);
		this.#env.hosts.signal(this.#host, {
			kind: "readOnly",
			reason: `it refused a write: ${error.message}`
		});
		this.requestCheck({ fresh: true });
	}
	#probe(fresh = false) {
		this.#timer?.cancel();
		this.#timer = void 0;
		this.#probing = true;
		this.#again = "no";
		this.#askedAt = this.#env.clock.now();
		this.#prober.probe(fresh || this.#needsFresh(), (error, findings) => {
			this.#probing = false;
			if (this.#stopped) return;
			if (findings !== void 0) this.#heard(findings);
			else if (error !== null) this.#failed(error);
		});
	}
	/** Whether only a new connection's word will do. */
	#needsFresh() {
		const { condition, since } = this.#host;
		if (condition.health === "down" || this.#evidence.isContested) return true;
		if (this.#limited) {
			this.#limitedTurn = !this.#limitedTurn;
			if (this.#limitedTurn) return true;
		}
		const { clock, hosts } = this.#env;
		if (clock.now() - this.#freshAt >= RENEW_EVERY) return true;
		if (isWell(condition) || condition.health === "suspect") return false;
		const awaited = !hosts.all.some(({ serves }) => serves.write) && this.#isWriterKnown();
		const unsettled = clock.date() - since < SETTLING || this.#isPassing();
		return awaited || unsettled || clock.now() - this.#freshAt >= FRESH_EVERY;
	}
	#isWriterKnown() {
		return this.#env.hosts.all.some(({ writableAt, writeRefusedAt }) => Math.max(writableAt, writeRefusedAt) > -Infinity);
	}
	#heard(findings) {
		const { lastWord } = findings;
		const { clock, hosts } = this.#env;
		const verdict = this.#evidence.examine(findings.verdict, this.#askedAt);
		this.#answeredAt = clock.now();
		this.#failures = 0;
		this.#endings = 0;
		if (!lastWord && isWorse(this.#host.condition, verdict)) {
			this.#contest(verdict, findings.impossible);
			return;
		}
		this.#limited = findings.limited;
		if (verdict.usable) this.#goodFrom = findings.openedAt;
		if (lastWord) {
			this.#freshAt = clock.now();
			this.#evidence.settle(findings, verdict);
		}
		if (this.#again !== "no" && verdict.usable) {
			if (!verdict.writable) hosts.signal(this.#host, {
				kind: "readOnly",
				reason: verdict.reason
			});
			this.#probe(this.#again === "fresh");
			return;
		}
		if (verdict.usable) {
			const { writable, lastResort, reason } = verdict;
			hosts.signal(this.#host, {
				kind: "usable",
				writable,
				lastResort,
				reason
			});
		} else hosts.signal(this.#host, {
			kind: "unusable",
			reason: verdict.reason,
			astray: verdict.astray === true
		});
		this.#schedule();
		this.#tellWaiting(null, this.#askedAt);
	}
	/** The old connection said something bad: a new one is asked whether that is so. @param impossible - it was just tried, in vain */
	#contest(verdict, impossible) {
		this.#evidence.contest(verdict);
		if (!verdict.usable) this.#env.hosts.signal(this.#host, {
			kind: "doubtful",
			reason: verdict.reason
		});
		if (impossible) this.#schedule(this.#health.retryInterval);
		else this.#probe(true);
	}
	#failed(error) {
		const { hosts } = this.#env;
		if (error instanceof ProbeTimeout && this.#answersOthers()) {
			this.#schedule(this.#health.retryInterval);
			this.#tellWaiting(null, this.#askedAt);
			return;
		}
		if (error instanceof SessionEnded && this.#endings + 1 < MOST_ENDINGS) {
			const pause = ENDING_PAUSE * 2 ** this.#endings;
			this.#endings += 1;
			hosts.signal(this.#host, {
				kind: "doubtful",
				reason: `a connection was lost: ${error.message}`,
				error
			});
			this.#schedule(pause);
			return;
		}
		this.#endings = 0;
		this.#fail(error);
		this.#schedule();
		this.#tellWaiting(error, this.#askedAt);
	}
	#fail(error) {
		this.#failures += 1;
		const { hosts } = this.#env;
		const reason = error.message;
		if (error instanceof ProbeImpossible) {
			if (this.#host.state === "down") hosts.signal(this.#host, {
				kind: "unusable",
				reason: `not probed: ${reason}`
			});
		} else if (!isRefusedLogin(error)) hosts.signal(this.#host, {
			kind: "unusable",
			reason,
			error,
			hung: error instanceof ProbeTimeout
		});
		else if (this.#host.state !== "up") hosts.signal(this.#host, {
			kind: "usable",
			writable: true,
			lastResort: false,
			reason: `not probed: ${reason}`,
			proven: false
		});
	}
	#tellWaiting(error, askedAt) {
		if (this.#waiting.length === 0) return;
		const told = this.#waiting.filter(({ since }) => since <= askedAt);
		this.#waiting = this.#waiting.filter(({ since }) => since > askedAt);
		for (const { done } of told) done(error);
	}
	/** Whether what the host is now will not last: a donor will be done, and a host that was writable a moment ago may be again. */
	#isPassing() {
		const { condition, writableAt } = this.#host;
		const { writable, lastResort } = condition;
		return lastResort || !writable && this.#env.clock.now() - writableAt < SETTLING;
	}
	/** A host that has just answered a statement is busy, not hung. */
	#answersOthers() {
		return this.#env.clock.now() - this.#host.heardAt < this.#health.timeout / 2;
	}
	#schedule(exactly) {
		this.#timer?.cancel();
		this.#timer = void 0;
		const pause = exactly ?? this.#pause();
		if (pause === void 0) return;
		this.#dueAt = this.#env.clock.now() + pause;
		this.#timer = this.#env.clock.afterIdly(pause, () => this.#probe());
	}
	#pause() {
		const { probe, interval, retryInterval } = this.#health;
		const { random, hosts, clock } = this.#env;
		const { condition, state } = this.#host;
		if (probe === false) return isWell(condition) ? void 0 : Math.min(interval, backoff(this.#failures + 1, random));
		return (state === "up" && !this.#isPassing() && !isUnsettled(hosts.all, clock.date()) ? interval : retryInterval) * (1 - JITTER$1 * random());
	}
};
/** The loss of one host changes what the others are: one becomes the primary, or those left are no majority any more. */
function isUnsettled(hosts, now) {
	return hosts.some(({ state, since }) => (state === "down" || state === "suspect") && now - since < SETTLING);
}
// packages/core/src/health/probes/plain.ts
/** A server that belongs to nothing: when it answers it can be used, and says itself whether it accepts writes. */
const plainProbe = {
	name: "plain",
	resetIsSafe: true,
	questions: (server) => [readOnlyRows(server)],
	privilege: () => void 0,
	judge
};
function judge([answer]) {
	const facts = factsOf(answer);
	stated(facts, "READ_ONLY");
	const reason = readOnlyReason(facts);
	return {
		usable: true,
		writable: reason === void 0,
		lastResort: false,
		reason: reason ?? ""
	};
}
// packages/core/src/health/probes/registry.ts
const KINDS = {
	galera: galeraProbe,
	"group-replication": groupReplicationProbe,
	replication: replicationProbe,
	plain: plainProbe
};
/** The kind that the configuration names; undefined where it has to be found out. */
function fixedKind(probe) {
	return probe === "auto" || probe === false ? void 0 : KINDS[probe];
}
// packages/core/src/health/probe-session.ts
/** One connection that a host is asked over, and what is known of the server at its other end. */
var ProbeSession = class {
	connection;
	/** When its connect began, on the monotonic clock. */
	openedAt;
	/** Undefined until the server has been asked, and where it does not say. */
	server;
	/** The kind of the server; undefined until it is known. */
	kind;
	/** The account may not ask all that there is to know: what any account may ask has to do. */
	limited = false;
	/** Questions that were answered. */
	answers = 0;
	constructor(connection, openedAt) {
		this.connection = connection;
		this.openedAt = openedAt;
	}
	get alive() {
		return this.connection.alive;
	}
	/** Asks the server how it is. Calls back exactly once. */
	ask(circumstances, done) {
		const told = (error, verdict) => {
			if (verdict !== void 0) this.answers += 1;
			done(error, verdict);
		};
		if (circumstances.health.probe === false && circumstances.writable) {
			told(null, {
				usable: true,
				writable: true,
				lastResort: false,
				reason: ""
			});
			return;
		}
		if (this.server !== void 0) {
			this.#examine(circumstances, told);
			return;
		}
		const fixed = fixedKind(circumstances.health.probe);
		question(this.connection, SERVER_FACTS_SQL, (error, answer) => {
			const mayGoOn = fixed !== void 0 || circumstances.health.probe === false;
			if (answer === void 0 && (!mayGoOn || !this.alive)) {
				told(error ?? /* @__PURE__ */ new Error("it answered nothing"));
				return;
			}
			this.server = serverFacts(this.connection.serverVersion, answer);
			this.kind = fixed ?? (circumstances.health.probe === false ? plainProbe : detectProbe(this.server));
			this.#examine(circumstances, told);
		});
	}
	#examine(circumstances, done) {
		const { health, spared } = circumstances;
		const { server, kind = plainProbe } = this;
		if (server === void 0) return;
		const asked = this.limited ? plainProbe : kind;
		const failed = (error) => {
			if (health.probe === false && this.alive) done(null, {
				usable: true,
				writable: true,
				lastResort: false,
				reason: ""
			});
			else if (isRefusedQuestion(error, health.probe) && asked !== plainProbe) this.#limit(asked, error, circumstances, done);
			else done(error);
		};
		this.#read(asked.questions(server), failed, (answers) => {
			let verdict;
			try {
				verdict = asked.judge(answers, health, spared);
				if (verdict.usable && verdict.allegiance === void 0 && health.probe === "auto") verdict = {
					...verdict,
					allegiance: allegianceOf(kind, server, this.limited || isFollower(answers))
				};
			} catch (error) {
				failed(error instanceof Error ? error : new Error(String(error)));
				return;
			}
			done(null, verdict);
		});
	}
	/** Makes do with what any account may ask. */
	#limit(kind, error, circumstances, done) {
		this.#read(["SELECT CURRENT_USER()"], done, ([answer]) => {
			const account = String(answer?.rows[0]?.[0]);
			circumstances.warn(kind.name, refusalWarning(kind, this.connection.serverVersion, account, error));
			this.limited = true;
			this.#examine(circumstances, done);
		});
	}
	/** Puts questions one after the other, until one fails. */
	#read(questions, failed, next) {
		const answers = [];
		const ask = () => {
			const sql = questions[answers.length];
			if (sql === void 0) {
				next(answers);
				return;
			}
			question(this.connection, sql, (error, answer) => {
				if (answer === void 0) {
					failed(error ?? /* @__PURE__ */ new Error("it answered nothing"));
					return;
				}
				answers.push(answer);
				ask();
			});
		};
		ask();
	}
};
/** Whether a server's answers list a source that it replicates from, after its settings. */
function isFollower([, sources]) {
	return (sources?.rows.length ?? 0) > 0;
}
/**
* What the kind of a server that was found out tells of the cluster that it belongs to: its settings are enough, and every account
* may read those.
* @param follows - whether it may be a replica
*/
function allegianceOf({ name }, { variables }, follows) {
	switch (name) {
		case "replication": return {
			is: "none",
			follows
		};
		case "group-replication": return {
			is: "member",
			cluster: `the group ${variables.get("GROUP_REPLICATION_GROUP_NAME") ?? ""}`
		};
		case "galera":
		case "plain": return { is: "unknown" };
		default: return name;
	}
}
// packages/core/src/health/fresh-session.ts
/** Opens a connection to ask a host over. @param work - told when the application's own code is at work for it */
function openSession(env, work, done) {
	const { driver, clock, connection: config, host } = env;
	const openedAt = clock.now();
	return driver.connect({
		host: host.config,
		connection: config
	}, (error, connection) => {
		if (connection === void 0) {
			done(error !== null && isApplicationFault(error) ? new ProbeImpossible(error.message) : error);
			return;
		}
		connection.unref();
		done(null, new ProbeSession(connection, openedAt));
	}, work);
}
// packages/core/src/health/prober.ts
/** The part of the timeout that the old connection has for its answer before a new one is opened beside it. */
const DOUBTED_AFTER = 1 / 4;
/** A new connection has at least so many times as long as they usually take. */
const USUAL_FACTOR$1 = 3;
/** How fast the usual time of a fresh probe follows new ones. */
const SMOOTHING$1 = .3;
/**
* Asks one host how it is, on connections of its own, each time within a hard limit. The old connection is asked first; where
* that breaks, or is slow to answer, a new one is opened, and speaks in its place: an address may lead to another server now, and
* a flow may have been dropped without a word. So an error is always one of a new connection.
*/
var Prober = class {
	#env;
	#kept;
	#opening;
	#attempt;
	#round;
	#timers = [];
	/** Smoothed time of a probe over a new connection, its connect included. */
	#usual;
	/** An old connection that a new one has overtaken, until its time is up. */
	#overtaken;
	#closed = false;
	constructor(env) {
		this.#env = env;
	}
	/** Whether a question can be put without a handshake. */
	get connected() {
		return this.#kept?.alive === true;
	}
	/**
	* Calls `done` exactly once, never synchronously; not after `close`.
	* @param fresh - over a new connection and no other
	*/
	probe(fresh, done) {
		const round = {
			over: false,
			done,
			waitsFor: void 0,
			askedAt: this.#env.clock.now(),
			fresh: "no",
			refusal: void 0,
			hurriedAt: void 0,
			freshTimer: void 0
		};
		this.#round = round;
		const kept = this.#kept;
		if (kept?.alive !== true || fresh) this.#askFresh(round);
		else this.#askKept(round, kept);
	}
	/**
	* Callers wait for this host, too: the probe under way gets half the time, unless something else is heard of the host
	* meanwhile. A new connection keeps the time that a handshake may take.
	*/
	hurry() {
		const round = this.#round;
		if (round === void 0 || round.hurriedAt !== void 0) return;
		round.hurriedAt = this.#env.clock.now();
		if (round.waitsFor !== void 0 && round.fresh === "no") this.#askFresh(round);
		else if (round.fresh !== "no") this.#limitHurried(round);
	}
	/** Ends for good: lets go of everything; a probe under way gets no answer. */
	close() {
		this.#closed = true;
		if (this.#round !== void 0) this.#round.over = true;
		this.#round = void 0;
		this.#clearTimers();
		this.#overtaken?.timer.cancel();
		this.#overtaken?.session.connection.destroy();
		this.#letGo();
	}
	#askKept(round, kept) {
		const { health } = this.#env;
		round.waitsFor = kept;
		if (round.fresh === "no") this.#after(health.timeout * DOUBTED_AFTER, () => this.#askFresh(round));
		kept.ask(this.#circumstances(), (error, verdict) => {
			if (this.#overtaken?.session === kept) this.#endOvertaken();
			if (round.over || round.waitsFor !== kept) return;
			round.waitsFor = void 0;
			if (verdict !== void 0) this.#answered(round, kept, verdict);
			else {
				kept.connection.destroy();
				if (this.#kept === kept) this.#kept = void 0;
				if (round.fresh === "refused") this.#fail(round, round.refusal ?? error ?? /* @__PURE__ */ new Error("it answered nothing"));
				else this.#askFresh(round);
			}
		});
	}
	#askFresh(round) {
		if (round.over || round.fresh !== "no") return;
		round.fresh = "connecting";
		const { clock, health, connection } = this.#env;
		const { connectTimeout } = connection;
		const timer = new HostTimer(clock, {
			host: health.timeout,
			hostLate: () => this.#giveUp(round, health.timeout),
			application: connectTimeout,
			applicationLate: (what) => this.#notLetIn(round, new ProbeImpossible(`${what} has not answered within connectTimeout (${connectTimeout} ms)`))
		});
		this.#timers.push(timer);
		round.freshTimer = timer;
		if (round.hurriedAt !== void 0) this.#limitHurried(round);
		this.#attempt = openSession(this.#env, timer.application, (error, session) => {
			this.#attempt = void 0;
			if (round.over) session?.connection.destroy();
			else if (session === void 0) this.#notLetIn(round, error ?? /* @__PURE__ */ new Error("the connect failed without an error"));
			else this.#askOpened(round, session);
		});
	}
	#askOpened(round, session) {
		this.#opening = session;
		round.fresh = "asked";
		session.ask(this.#circumstances(), (error, verdict) => {
			if (round.over) return;
			if (verdict !== void 0) {
				this.#noteUsual(round.freshTimer?.hostTime ?? 0);
				this.#answered(round, session, verdict);
			} else if (session.alive) this.#fail(round, error ?? /* @__PURE__ */ new Error("it answered nothing"));
			else this.#fail(round, new SessionEnded(error?.message ?? "the connection was lost", { cause: error }));
		});
	}
	#notLetIn(round, error) {
		if (round.over) return;
		const kept = this.#kept;
		if (kept?.alive !== true || !isRefusedLogin(error)) {
			this.#fail(round, error);
			return;
		}
		this.#abortFresh();
		round.freshTimer?.cancel();
		round.fresh = "refused";
		round.refusal = error;
		this.#after(this.#env.health.timeout, () => this.#fail(round, error));
		if (round.waitsFor === void 0) this.#askKept(round, kept);
	}
	/** Half the time, but enough for a handshake; where nothing is known of those, all of it. */
	#limitHurried(round) {
		const { timeout } = this.#env.health;
		if (this.#usual === void 0) return;
		const patience = Math.min(timeout, Math.max(timeout / 2, USUAL_FACTOR$1 * this.#usual));
		const hurriedAt = this.#env.clock.now();
		const had = round.freshTimer?.hostTime ?? 0;
		const look = () => {
			if (this.#env.host.heardAt >= hurriedAt) return;
			const left = patience - ((round.freshTimer?.hostTime ?? 0) - had);
			if (left > 0) this.#after(left, look);
			else this.#giveUp(round, patience);
		};
		this.#after(patience, look);
	}
	#giveUp(round, milliseconds) {
		this.#fail(round, new ProbeTimeout(`it did not answer a probe within ${Math.round(milliseconds)} ms`));
	}
	#answered(round, session, verdict) {
		const fresh = session !== this.#kept;
		if (fresh) {
			this.#opening = void 0;
			this.#replaceKept(round, session);
		} else this.#abortFresh();
		if (this.#env.health.probe === false) this.#letGo();
		else session.connection.unref();
		this.#env.host.heardAt = this.#env.clock.now();
		const { openedAt, limited, server } = session;
		const impossible = round.refusal instanceof ProbeImpossible;
		this.#end(round, null, {
			verdict,
			lastWord: fresh || round.fresh === "refused" && !impossible,
			impossible,
			openedAt,
			identity: server === void 0 ? void 0 : identityOf(server),
			limited
		});
	}
	#replaceKept(round, session) {
		const before = this.#kept;
		const waiting = round.waitsFor;
		this.#kept = session;
		this.#env.host.resetIsSafe = session.kind?.resetIsSafe ?? true;
		if (before === void 0) return;
		if (waiting !== before) {
			before.connection.destroy();
			return;
		}
		const { clock, health, flowSilent } = this.#env;
		this.#endOvertaken();
		const left = Math.max(0, round.askedAt + health.timeout - clock.now());
		const timer = clock.afterIdly(left, () => {
			this.#endOvertaken();
			if (!this.#closed) flowSilent(session.openedAt);
		});
		this.#overtaken = {
			session: before,
			timer
		};
	}
	#endOvertaken() {
		this.#overtaken?.timer.cancel();
		this.#overtaken?.session.connection.destroy();
		this.#overtaken = void 0;
	}
	#fail(round, error) {
		if (round.over) return;
		this.#letGo();
		this.#end(round, error);
	}
	#end(round, error, findings) {
		round.over = true;
		round.waitsFor = void 0;
		if (this.#round === round) this.#round = void 0;
		this.#clearTimers();
		if (!this.#closed) round.done(error, findings);
	}
	#letGo() {
		this.#abortFresh();
		this.#kept?.connection.destroy();
		this.#kept = void 0;
	}
	#abortFresh() {
		this.#attempt?.abort();
		this.#attempt = void 0;
		this.#opening?.connection.destroy();
		this.#opening = void 0;
	}
	#noteUsual(duration) {
		this.#usual = this.#usual === void 0 ? duration : this.#usual + SMOOTHING$1 * (duration - this.#usual);
	}
	#circumstances() {
		const { health, host, warn } = this.#env;
		return {
			health,
			spared: host.condition.lastResort,
			writable: host.condition.writable,
			warn: (subject, message) => warn(host, subject, message)
		};
	}
	#after(milliseconds, run) {
		this.#timers.push(this.#env.clock.afterIdly(milliseconds, run));
	}
	#clearTimers() {
		for (const timer of this.#timers) timer.cancel();
		this.#timers = [];
	}
};
// packages/core/src/health/monitor.ts
/** Milliseconds between two probes of a host whose statements take long now and then. */
const ASKING_PAUSE = 100;
/** Watches all hosts of a pool: what is noticed in passing acts at once, and is then checked by a probe. */
var Monitor = class {
	#config;
	#health;
	#env;
	#monitors = /* @__PURE__ */ new Map();
	/** What the operator has been told already: once is enough for all hosts. */
	#told = /* @__PURE__ */ new Set();
	#started = false;
	constructor(config, health, env) {
		this.#config = config;
		this.#health = health;
		this.#env = env;
		for (const host of env.hosts.all) this.#add(host);
		env.hosts.onChange((host, before) => {
			if (host.removed) this.#remove(host);
			else if (before === void 0) this.#add(host);
		});
	}
	/** Begins to probe; a pool that is never used asks nobody anything. */
	start() {
		if (this.#started) return;
		this.#started = true;
		for (const monitor of this.#monitors.values()) monitor.start();
	}
	stop() {
		for (const monitor of this.#monitors.values()) monitor.stop();
		this.#monitors.clear();
	}
	/**
	* Asks a host now how it is.
	* @param done - called exactly once, never synchronously, when the host's condition says what was found
	*/
	requestCheck(host, request, done) {
		const monitor = this.#monitors.get(host);
		if (monitor !== void 0) monitor.requestCheck(request, done);
		else if (done !== void 0) queueMicrotask(() => done(null));
	}
	/** What a host is now is what it should be: what was known of its cluster is forgotten. */
	accept(host) {
		host.belonging = ACCEPTED;
		this.#monitors.get(host)?.kick({ fresh: true });
	}
	/**
	* Asks every host how it is, unless its last answer is no older than so many milliseconds.
	* @param timeout - milliseconds after which the answers that are still missing are not waited for
	* @param done - called exactly once, with what was heard of each host: null for a good answer, the probe's error, or
	* undefined where no answer came in time
	*/
	check(within, timeout, done) {
		const heard = /* @__PURE__ */ new Map();
		let over = false;
		let missing = this.#monitors.size;
		const end = () => {
			if (over) return;
			over = true;
			timer.cancel();
			done(heard);
		};
		const timer = this.#env.clock.after(timeout, end);
		for (const [host, monitor] of this.#monitors) monitor.requestCheck({ within }, (error) => {
			if (!over) heard.set(host, error);
			missing -= 1;
			if (missing === 0) end();
		});
	}
	connected(host) {
		this.#env.hosts.signal(host, { kind: "contacted" });
		this.#monitors.get(host)?.connectionOpened();
	}
	connectFailed(host, error, startedAt) {
		this.#monitors.get(host)?.connectFailed(error, startedAt);
	}
	handshakeOverdue(host) {
		this.#monitors.get(host)?.kick();
	}
	doubted(host) {
		return this.#monitors.get(host)?.ask(ASKING_PAUSE) === true;
	}
	silent(host) {
		this.#monitors.get(host)?.hurry();
	}
	connectionLost(host, error) {
		this.#env.hosts.signal(host, {
			kind: "doubtful",
			reason: `a connection was lost: ${error.message}`,
			error
		});
		this.#monitors.get(host)?.kick();
	}
	/** A statement was refused because the server is not ready. @param openedAt - when that connection was opened */
	refused(host, error, openedAt) {
		this.#monitors.get(host)?.statementRefused(error, openedAt);
	}
	/** A write was refused because the server is read-only. @param explained - whether one of its settings says so */
	readOnly(host, error, explained) {
		this.#monitors.get(host)?.writeRefused(error, explained);
		for (const [other, monitor] of this.#monitors) if (other !== host) monitor.kick();
	}
	#add(host) {
		const { driver, clock, hosts, random } = this.#env;
		const warn = (about, subject, message) => this.#warn(about, subject, message);
		const monitor = new HostMonitor(host, new Prober({
			driver,
			clock,
			connection: this.#config,
			health: this.#health,
			host,
			warn,
			flowSilent: (openedAt) => hosts.noteSilentFlows(host, openedAt)
		}), this.#health, {
			clock,
			random,
			hosts,
			warn,
			learnt: (about) => this.#askStrangers(about)
		});
		this.#monitors.set(host, monitor);
		if (this.#started) monitor.start();
	}
	/** One host is of a cluster: those that seemed to be of none are asked again. */
	#askStrangers(host) {
		for (const [other, monitor] of this.#monitors) if (other !== host && other.belonging.cluster === void 0) monitor.kick();
	}
	#warn(host, subject, message) {
		if (this.#told.has(subject)) return;
		this.#told.add(subject);
		this.#env.emitter.emit("warning", {
			host: host.name,
			message
		});
	}
	#remove(host) {
		this.#monitors.get(host)?.stop();
		this.#monitors.delete(host);
	}
};
// packages/core/src/statement/access.ts
/** The four there are, made once: these are worked out for every checkout. */
const NEITHER = Object.freeze({
	read: false,
	write: false
});
const READ$2 = Object.freeze({
	read: true,
	write: false
});
const WRITE$2 = Object.freeze({
	read: false,
	write: true
});
const BOTH = Object.freeze({
	read: true,
	write: true
});
function servesOf(read, write) {
	if (read) return write ? BOTH : READ$2;
	return write ? WRITE$2 : NEITHER;
}
/** Whether there is anything that both can be used for. */
function overlap(a, b) {
	return a.read && b.read || a.write && b.write;
}
function canServe(serves, access) {
	if (access === void 0) return serves.read || serves.write;
	return access === "read" ? serves.read : serves.write;
}
// packages/core/src/hosts/host.ts
/** How fast the latency of a host follows new measurements. */
const LATENCY_SMOOTHING = .2;
/** One server. Its condition is changed by the host set alone. */
var Host = class {
	config;
	/** `name:port`. */
	name;
	origin;
	condition;
	/** When it came into this state, on the wall clock. */
	since;
	/** Raised each time everything open to it is given up; what belongs to an older one says nothing about it any more. */
	generation = 0;
	/** No longer in the set; what is open to it is still being closed. */
	removed = false;
	/** What it can be used for now, compared with the others; the host set keeps this. */
	serves = {
		read: true,
		write: true
	};
	/** When it came back, on the monotonic clock; undefined while it has not been away. */
	readmittedAt;
	/** Whether a session there is as good as new after a reset; see the Galera probe. */
	resetIsSafe = true;
	/** When it last said that it accepts writes, on the monotonic clock. */
	writableAt = -Infinity;
	/** When it last refused a write for being read-only, on the monotonic clock. */
	writeRefusedAt = -Infinity;
	/** When it last went down, on the monotonic clock. */
	downAt = -Infinity;
	/** Connections whose connect began before this moment may lead to a server that is not there for new ones any more. */
	trustedFrom = -Infinity;
	/** What was sent there before this moment and is not answered never will be: those flows were dropped without a word. */
	silentBefore = -Infinity;
	/** Its last known view of its cluster, where its kind of server has one. */
	view;
	/** What is remembered of the cluster that it belongs to. */
	belonging = STRANGER;
	/** It is asked and answers nobody, though nothing else is known of it yet: others are preferred. See SilenceWatch. */
	silent = false;
	/** When a server last answered anything there, on the monotonic clock. */
	heardAt = -Infinity;
	/** Smoothed time of a statement in milliseconds. */
	latency;
	constructor(config, since, beginning = {}) {
		this.config = config;
		this.name = config.name;
		this.since = since;
		this.origin = beginning.origin ?? "configured";
		this.condition = beginning.condition ?? initialCondition;
	}
	get state() {
		return stateOf(this.condition);
	}
	/** A statement was answered with a result. */
	noteResult(now, milliseconds) {
		this.heardAt = now;
		this.latency = this.latency === void 0 ? milliseconds : this.latency + LATENCY_SMOOTHING * (milliseconds - this.latency);
	}
	/** The configured weight, less while it is in slow start. */
	weightAt(now, slowStart) {
		const { weight } = this.config;
		if (this.readmittedAt === void 0 || slowStart === 0) return weight;
		const part = (now - this.readmittedAt) / slowStart;
		return part >= 1 ? weight : weight * Math.max(.1, part);
	}
};
// packages/core/src/hosts/host-set.ts
/** The hosts of one pool. Each pool has a set of its own: what one pool learns of a host is no other pool's business. */
var HostSet = class {
	#clock;
	#hosts;
	#listeners = [];
	constructor(configs, clock) {
		this.#clock = clock;
		this.#hosts = configs.map((config) => new Host(config, clock.date()));
	}
	get all() {
		return this.#hosts;
	}
	onChange(listener) {
		this.#listeners.push(listener);
	}
	find(name) {
		return this.#hosts.find((host) => host.name === name);
	}
	add(config, beginning) {
		const host = new Host(config, this.#clock.date(), beginning);
		this.#hosts.push(host);
		this.#changed(host, void 0);
		return host;
	}
	/** Drains the host and forgets it; what is lent of it goes when it is released. */
	remove(host, reason = "it was removed") {
		const before = host.state;
		host.removed = true;
		host.condition = {
			...transition(host.condition, { kind: "drain" }),
			reason
		};
		host.serves = {
			read: false,
			write: false
		};
		this.#hosts.splice(this.#hosts.indexOf(host), 1);
		this.#changed(host, before);
	}
	/** Takes note of something that was learnt about a host; a storm of the same news is one change. */
	signal(host, news) {
		const signal = "reason" in news ? {
			...news,
			reason: printable(news.reason)
		} : news;
		if (signal.kind === "usable" && signal.writable) host.writableAt = this.#clock.now();
		if (signal.kind === "readOnly") host.writeRefusedAt = this.#clock.now();
		const before = host.state;
		const next = transition(host.condition, signal);
		if (host.removed || next === host.condition) return;
		const wasDown = host.condition.health === "down";
		host.condition = next;
		const after = host.state;
		if (after !== before) host.since = this.#clock.date();
		if (after === HostState.down && before !== HostState.down) {
			host.generation += 1;
			host.downAt = this.#clock.now();
		}
		if (next.health === "up" && wasDown) host.readmittedAt = this.#clock.now();
		this.#changed(host, before);
	}
	/**
	* A new connection was told something else than the old ones were: those that are older go, each as soon as nobody needs it.
	* @param openedAt - when the connect of that new connection began
	*/
	distrustOlder(host, openedAt) {
		if (host.removed || host.trustedFrom >= openedAt) return;
		host.trustedFrom = openedAt;
		this.#changed(host, host.state);
	}
	/**
	* An old connection owes an answer, while a new one was answered at once: what else is owed for as long went the same way.
	* @param openedAt - when the connect of that new connection began
	*/
	noteSilentFlows(host, openedAt) {
		if (host.removed) return;
		host.silentBefore = openedAt;
		host.trustedFrom = Math.max(host.trustedFrom, openedAt);
		this.#changed(host, host.state);
	}
	#changed(host, before) {
		updateEligibility(this.#hosts);
		for (const listener of this.#listeners) listener(host, before);
	}
};
/**
* What each host can be used for now. Of the hosts that could serve, those of the best rank do: a host that is up goes before
* one that should be spared, and that before one in doubt.
*/
function updateEligibility(hosts) {
	let bestRead = Infinity;
	let bestWrite = Infinity;
	for (const host of hosts) {
		const rank = rankOf(host);
		bestRead = Math.min(bestRead, rank);
		if (host.condition.writable) bestWrite = Math.min(bestWrite, rank);
	}
	for (const host of hosts) {
		const rank = rankOf(host);
		const usable = rank < Infinity;
		host.serves = {
			read: usable && rank === bestRead,
			write: usable && host.condition.writable && rank === bestWrite
		};
	}
}
function rankOf(host) {
	const { health, draining, lastResort } = host.condition;
	if (draining || health === "down") return Infinity;
	if (health === "suspect") return 2;
	return lastResort ? 1 : 0;
}
// packages/core/src/hosts/selectors/choice.ts
/**
* The hosts to choose among. Each wish narrows what the one before it left, unless nothing would be left: not a host that has
* failed this operation already, not one of weight 0, and one of the pool's own zone.
*/
function preferredHosts({ hosts, zone }) {
	const weighted = prefer(prefer(hosts, (host) => !host.failedBefore), (host) => host.weight > 0);
	return zone === void 0 ? weighted : prefer(weighted, (host) => host.zone === zone);
}
/** A selector that makes a choice among the preferred hosts. */
function selectorOf(choose) {
	return (snapshot, random) => choose(preferredHosts(snapshot), random);
}
/** A host's share; hosts of weight 0 that are left among themselves share alike. */
function shareOf(host) {
	return host.weight > 0 ? host.weight : 1;
}
/** What a host has to do already, in proportion to its share. */
function loadOf(host) {
	return (host.inUse + host.connecting) / shareOf(host);
}
/** Those of a list that come first in an order given as a number, the lowest first. */
function lowest(hosts, rank) {
	const least = hosts.reduce((least, host) => Math.min(least, rank(host)), Number.POSITIVE_INFINITY);
	return prefer(hosts, (host) => rank(host) === least);
}
/** Those that fulfil a wish, or all when none does. The list itself is answered when nothing is to be taken out. */
function prefer(hosts, wish) {
	if (hosts.every(wish)) return hosts;
	const fulfilling = hosts.filter(wish);
	return fulfilling.length === 0 ? hosts : fulfilling;
}
// packages/core/src/hosts/selectors/random.ts
/** Any host, as often as its share says. */
const chooseRandom = (hosts, random) => {
	if (hosts.length < 2) return hosts[0];
	const total = hosts.reduce((sum, host) => sum + shareOf(host), 0);
	let left = random() * total;
	for (const host of hosts) {
		left -= shareOf(host);
		if (left < 0) return host;
	}
	return hosts.at(-1);
};
const randomSelector = selectorOf(chooseRandom);
// packages/core/src/hosts/selectors/latency.ts
/** A host this many times as slow as the fastest is still as good as any; more is another site, or trouble. */
const windowFactor = 2;
/** Differences below this many milliseconds are noise. */
const windowFloor = 1;
/** One choice in this many looks beyond the window: a host that is never asked would never be seen to be fast again. */
const explorationPeriod = 32;
/**
* Of the hosts about as fast as the fastest, two at random, and of those the one with less to do. Two, not all: pools that see
* the same numbers would otherwise all run to the same host at once. A host not measured yet counts as fast.
*/
const chooseByLatency = (hosts, random) => {
	if (hosts.length < 2) return hosts[0];
	const near = random() * explorationPeriod < 1 ? hosts : withinWindow(hosts);
	return chooseRandom(lowest(twoOf(near, random), loadOf), random);
};
const latencySelector = selectorOf(chooseByLatency);
function withinWindow(hosts) {
	const fastest = hosts.reduce((least, { latency }) => Math.min(least, latency ?? least), Number.POSITIVE_INFINITY);
	const limit = Math.max(fastest * windowFactor, fastest + windowFloor);
	return hosts.filter(({ latency }) => latency === void 0 || latency <= limit);
}
/** Two different hosts, each pair as likely as any other. */
function twoOf(hosts, random) {
	if (hosts.length <= 2) return hosts;
	const first = indexBelow(hosts.length, random);
	const other = indexBelow(hosts.length - 1, random);
	const second = other < first ? other : other + 1;
	return hosts.filter((_, index) => index === first || index === second);
}
function indexBelow(count, random) {
	return Math.min(Math.floor(random() * count), count - 1);
}
// packages/core/src/hosts/selectors/least-busy.ts
/** The host with the fewest connections in use and under way, in proportion to its share; at random among equals. */
const leastBusySelector = selectorOf((hosts, random) => chooseRandom(lowest(hosts, loadOf), random));
// packages/core/src/hosts/selectors/ordered.ts
/** The host of the lowest priority number; hosts of equal number share by weight. */
const orderedSelector = selectorOf((hosts, random) => chooseRandom(lowest(hosts, (host) => host.priority), random));
// packages/core/src/hosts/selectors/round-robin.ts
/**
* Smooth weighted round robin: every host to choose among gains its share, the one with the most is picked and pays what all
* have gained. With weights 5, 1 and 1 this gives a a b a c a a, not five times a in a row.
*
* A host that is new here starts at a random point of its turn, so that processes that start together do not all open their
* first connection to the first host of the list. A host that is not shown for a while keeps its place.
*/
function stepRoundRobin(credits, snapshot, random) {
	const next = new Map(credits);
	let total = 0;
	let picked;
	let most = Number.NEGATIVE_INFINITY;
	for (const host of preferredHosts(snapshot)) {
		const share = shareOf(host);
		const credit = (credits.get(host.name) ?? random() * share) + share;
		next.set(host.name, credit);
		total += share;
		if (credit > most) {
			most = credit;
			picked = host;
		}
	}
	if (picked !== void 0) next.set(picked.name, most - total);
	return {
		credits: next,
		host: picked
	};
}
/** A selector that remembers from pick to pick; each pool has its own. */
function createRoundRobin() {
	let credits = /* @__PURE__ */ new Map();
	return (snapshot, random) => {
		const step = stepRoundRobin(credits, snapshot, random);
		credits = step.credits;
		return step.host;
	};
}
// packages/core/src/hosts/selectors/create-selector.ts
/** The selector that an option names, or a user's own made safe. Each pool makes its own, for some remember. */
function createSelector(option, onProblem) {
	if (typeof option === "function") return guarded(option, onProblem);
	switch (option) {
		case "random": return randomSelector;
		case "round-robin": return createRoundRobin();
		case "ordered": return orderedSelector;
		case "least-busy": return leastBusySelector;
		case "latency": return latencySelector;
		default: return option;
	}
}
/**
* A user's function is shown the preferred hosts only, so that zones, weights of 0 and earlier failures mean the same with it
* as with the others. Whatever it does, a host is chosen: at random where it says nothing, throws or answers something else.
*/
function guarded(own, onProblem) {
	let failing = false;
	const report = (message) => {
		if (!failing) onProblem?.(`${message}; the host is chosen at random instead`);
		failing = true;
	};
	return (snapshot, random) => {
		const shown = {
			hosts: preferredHosts(snapshot),
			zone: snapshot.zone
		};
		const answer = answerOf(own, shown, random);
		if ("thrown" in answer) report(`the selector function threw ${answer.thrown}`);
		else if (answer.value === void 0) failing = false;
		else {
			const host = shown.hosts.find((host) => host === answer.value);
			if (host !== void 0) {
				failing = false;
				return host;
			}
			heedRejection(answer.value, () => void 0);
			report("the selector function answered something that is not one of the hosts it was shown");
		}
		return chooseRandom(shown.hosts, random);
	};
}
function answerOf(own, ...shown) {
	try {
		return { value: own(...shown) };
	} catch (error) {
		return { thrown: error instanceof Error ? `${error.name}: ${error.message}` : "something that is no Error" };
	}
}
// packages/core/src/pool/emitter.ts
/** Tells listeners what happens. A listener that throws or rejects is reported as a process warning and breaks nothing. */
var PoolEmitter = class {
	#subscriptions = /* @__PURE__ */ new Map();
	on(event, listener, once = false) {
		this.#subscriptions.set(event, [...this.#subscriptions.get(event) ?? [], {
			listener,
			once
		}]);
	}
	off(event, listener) {
		const before = this.#subscriptions.get(event) ?? [];
		const index = before.findLastIndex((subscription) => subscription.listener === listener);
		if (index >= 0) this.#keep(event, before.toSpliced(index, 1));
	}
	/** Lets the hot path skip making an event that nobody hears. */
	hears(event) {
		return this.#subscriptions.size > 0 && this.#subscriptions.has(event);
	}
	emit(event, payload) {
		const subscriptions = this.#subscriptions.get(event);
		if (subscriptions === void 0) return;
		for (const subscription of subscriptions) {
			const listener = subscription.listener;
			if (subscription.once) this.off(event, listener);
			try {
				const answer = listener(payload);
				if (answer !== void 0) heedRejection(answer, (reason) => reportFault(`A '${event}' listener of the pool rejected`, reason));
			} catch (error) {
				reportFault(`A '${event}' listener of the pool threw`, error);
			}
		}
	}
	#keep(event, subscriptions) {
		if (subscriptions.length === 0) this.#subscriptions.delete(event);
		else this.#subscriptions.set(event, subscriptions);
	}
};
// packages/core/src/pool/access-shares.ts
/** How long after its last request a kind of work has connections kept free for it: well below the usual `acquireTimeout`. */
const REMEMBERED = 5e3;
/** A kind of work stalls when its connections are held on average for so many times as long as they usually are … */
const STALL_FACTOR = 3;
/** … and this many milliseconds longer. */
const STALL_MARGIN = 20;
/** The part of the limit that a kind of work which stalls leaves to the other … */
const STALLED_RESERVE = 1 / 4;
/** … and the part while much of what the other has may be of no use to it: both stall, or all that was held up comes at once. */
const HARD_RESERVE = 1 / 2;
/** The latter is so for as long after a stall as it lasted, and no longer than this. */
const AFTERMATH = 1e3;
/** Keeping one of two or three would take too much from a transaction that needs a second connection, to guard against little. */
const STALLED_RESERVE_FROM = 4;
/** The part that either always leaves to the other in a pool that is large enough not to feel it. */
const STANDING_RESERVE = 1 / 16;
const STANDING_RESERVE_FROM = 8;
/** How fast the usual time of a loan follows new ones. */
const SMOOTHING = .1;
/** What is known of the reads, or of the writes. */
var Kind = class {
	/** Connections in the hands of such borrowers. */
	inUse = 0;
	/** When they were lent, added up: the average age of all loans without looking at each. */
	lentAtSum = 0;
	/** Smoothed time of a loan. */
	usual = 0;
	askedAt = -Infinity;
	/** Until when a stall is felt whose loans have begun to end. */
	recoversUntil = -Infinity;
};
/**
* Keeps one kind of work from taking every connection when it stalls. After a Galera node is lost the others hold up all
* writes for seconds while reads go on: without a limit the writes that wait would soon hold every connection, and reads would
* wait for a free one.
*/
var AccessShares = class {
	#limit;
	#unusable;
	/** Loans on silent hosts. */
	#aside = 0;
	#kinds = {
		read: new Kind(),
		write: new Kind()
	};
	/** @param unusable - tells how many connections nobody has and nobody can use */
	constructor(limit, unusable) {
		this.#limit = limit;
		this.#unusable = unusable;
	}
	lent(use, lentAt) {
		const kind = this.#kinds[use];
		kind.inUse += 1;
		kind.lentAtSum += lentAt;
	}
	returned(use, lentAt, now) {
		const kind = this.#kinds[use];
		if (stalls(kind, now)) kind.recoversUntil = Math.max(kind.recoversUntil, now + Math.min(AFTERMATH, ageOf(kind, now)));
		kind.inUse -= 1;
		kind.lentAtSum -= lentAt;
		const held = Math.min(now - lentAt, kind.usual * STALL_FACTOR + STALL_MARGIN);
		kind.usual += SMOOTHING * (held - kind.usual);
	}
	/** A loan that nobody can count on: its host is silent. Until it is taken back or returned it belongs to no kind of work. */
	setAside(use, lentAt) {
		const kind = this.#kinds[use];
		kind.inUse -= 1;
		kind.lentAtSum -= lentAt;
		this.#aside += 1;
	}
	/** The host has been heard of again. */
	takeBack(use, lentAt) {
		this.#aside -= 1;
		this.lent(use, lentAt);
	}
	/** A loan that was set aside has ended. */
	returnedAside() {
		this.#aside -= 1;
	}
	asked(access, now) {
		this.#kinds[access].askedAt = now;
	}
	/** How many more connections this kind of work may have now. */
	room(access, now) {
		const limit = this.#usable;
		return limit - this.#reserve(access, limit, now) - this.#kinds[access].inUse;
	}
	/** What a borrower with this need may be given now. */
	free(access, now) {
		return servesOf(access !== "write" && this.allows("read", now), access !== "read" && this.allows("write", now));
	}
	/** Whether this kind of work may have one more connection now. */
	allows(access, now) {
		const limit = this.#usable;
		const left = limit - this.#kinds[access].inUse;
		return left > Math.ceil(limit * HARD_RESERVE) || left > this.#reserve(access, limit, now);
	}
	/** What a host that serves so may be used for now. */
	narrow(serves, now) {
		return servesOf(serves.read && this.allows("read", now), serves.write && this.allows("write", now));
	}
	/** Those of the waiting who may have a connection now. */
	admit(waiting, now) {
		const read = Math.max(0, this.room("read", now));
		const write = Math.max(0, this.room("write", now));
		return {
			any: Math.min(waiting.any, Math.max(read, write)),
			read: Math.min(waiting.read, read),
			write: Math.min(waiting.write, write)
		};
	}
	/** Connections that somebody can have and use. */
	get #usable() {
		return this.#limit - this.#aside - this.#unusable();
	}
	/** What this kind of work leaves to the other, if anybody has asked for the other lately. */
	#reserve(access, limit, now) {
		const other = this.#kinds[access === "read" ? "write" : "read"];
		if (this.#limit < STALLED_RESERVE_FROM || limit < 2) return 0;
		if (now - other.askedAt > REMEMBERED) return 0;
		const kind = this.#kinds[access];
		const recovers = now < kind.recoversUntil;
		if (recovers || stalls(kind, now)) return Math.ceil(limit * (recovers || stalls(other, now) ? HARD_RESERVE : STALLED_RESERVE));
		return limit < STANDING_RESERVE_FROM ? 0 : Math.max(1, Math.floor(limit * STANDING_RESERVE));
	}
};
function stalls(kind, now) {
	return ageOf(kind, now) > kind.usual * STALL_FACTOR + STALL_MARGIN;
}
/** How long its connections have been held, on average. */
function ageOf({ inUse, lentAtSum }, now) {
	return inUse === 0 ? 0 : now - lentAtSum / inUse;
}
// packages/core/src/pool/acquire-errors.ts
function closedError(poolName) {
	return new HostpoolError("ERR_HOSTPOOL_CLOSED", `The pool '${poolName}' has been ended`);
}
function abortedError(signal) {
	return new HostpoolError("ERR_HOSTPOOL_ABORTED", "Waiting for a connection was aborted", { cause: signal.reason });
}
function queueFullError(pool, queueLimit, waits) {
	return new HostpoolError("ERR_HOSTPOOL_QUEUE_FULL", `No connection is free and ${waits ? `queueLimit is ${queueLimit}` : "waitForConnections is off"}: ${whatThePoolDoes(pool)}`);
}
function acquireTimeoutError(pool, access, waited, cause) {
	return new HostpoolError("ERR_HOSTPOOL_ACQUIRE_TIMEOUT", `${access === "write" && !pool.hosts.some(({ serves }) => serves.write) ? "No connection to a host that accepts writes" : "No connection"} within ${Math.round(waited)} ms: ${whatThePoolDoes(pool)}${whoseFault(pool, cause)}`, { cause });
}
/** Every host's reason, and the last real error as the cause. */
function noHostError(hosts, access, lastError) {
	const what = access === "write" ? "No host accepts writes" : "No host can be used";
	const reasons = hosts.map((host) => `${host.name} is ${host.state}${words$1(host.condition.reason)}`);
	const cause = lastError ?? hosts.find((host) => host.condition.error !== void 0)?.condition.error;
	return new HostpoolError("ERR_HOSTPOOL_NO_HOST", `${what}: ${reasons.join("; ")}`, { cause });
}
/** What to look for when the pool itself is well. */
function whoseFault({ inUse, connectionLimit }, lastConnect) {
	if (inUse < connectionLimit) return lastConnect === void 0 ? "" : `. The last connect${toHost(lastConnect)} failed: ${lastConnect.message}`;
	return ". All are lent: connectionLimit is too low for the load, or borrowers wait for a second connection while they hold one (a query past its transaction, say), or do not release theirs; leakDetectionThreshold tells who";
}
function toHost(error) {
	return "host" in error && typeof error.host === "string" ? ` to ${error.host}` : "";
}
/** The state of the pool in one sentence, for somebody who reads it in a log. */
function whatThePoolDoes({ inUse, connectionLimit, idle, connecting, waiting, hosts }) {
	return [`${inUse} of ${connectionLimit} connections in use, ${idle} idle, ${connecting} connecting, ${waiting} callers waiting`, ...hosts.filter((host) => !isSound(host)).map((host) => `${host.name} ${standing(host)}${words$1(host.condition.reason)}`)].join("; ");
}
function isSound({ state, condition }) {
	return (state === HostState.up || state === HostState.unknown) && condition.writable;
}
function standing({ state, condition }) {
	return (state === HostState.up || state === HostState.unknown) && !condition.writable ? "takes no writes" : state;
}
function words$1(reason) {
	return reason === "" ? "" : ` (${reason})`;
}
// packages/core/src/pool/idle-connections.ts
/**
* The idle connections of all hosts. Within a host the one used last is taken first, so that a surplus ages out; among the
* hosts each idle connection has the same chance to name its host, so that low traffic does not stick to one of them. Adding,
* taking and removing cost the same at ten connections and at ten thousand.
*/
var IdleConnections = class {
	#all = [];
	/** The host of each, in the same order: a draw touches none of ten thousand connections that have long left the cache. */
	#homes = [];
	get size() {
		return this.#all.length;
	}
	add(connection) {
		connection.idleIndex = this.#all.length;
		this.#all.push(connection);
		this.#homes.push(connection.home);
		connection.home.idle.add(connection);
	}
	remove(connection) {
		const last = this.#all.pop();
		this.#homes.pop();
		if (last !== void 0 && last !== connection) {
			this.#all[connection.idleIndex] = last;
			this.#homes[connection.idleIndex] = last.home;
			last.idleIndex = connection.idleIndex;
		}
		connection.idleIndex = -1;
		connection.home.idle.remove(connection);
	}
	/** The host of some idle connection. */
	drawHost(random) {
		return this.#homes[Math.floor(random() * this.#homes.length)];
	}
	/** A host that has an idle connection and is eligible; each of its idle connections is one lot. */
	drawHostAmong(hosts, eligible, random) {
		let lots = 0;
		for (const home of hosts) if (home.idle.size > 0 && eligible(home)) lots += home.idle.size;
		if (lots === 0) return void 0;
		let lot = Math.floor(random() * lots);
		for (const home of hosts) {
			if (home.idle.size === 0 || !eligible(home)) continue;
			lot -= home.idle.size;
			if (lot < 0) return home;
		}
	}
};
// packages/core/src/pool/pooled-connection.ts
/** Where a connection is in its life. Only the engine moves it. */
const ConnectionState = {
	/** Waits for its next borrower. */
	idle: "idle",
	/** Proves that it still answers, because it was idle for long. */
	validating: "validating",
	/** In a borrower's hands. */
	lent: "lent",
	/** Back, and being made as good as new. */
	cleaning: "cleaning",
	/** Says goodbye. */
	closing: "closing",
	closed: "closed"
};
/** A connection and what the engine remembers of it. The object is its identity. */
var PooledConnection = class {
	resource;
	home;
	/** The host's generation it was opened in. */
	generation;
	openedAt;
	/** When its connect began. */
	begunAt;
	/** When it reaches its age; Infinity when it has no limit. */
	expiresAt;
	state = ConnectionState.idle;
	/** When it became idle, was asked whether it still answers, or began to be cleaned. A loan has a beginning of its own. */
	stateSince;
	/** The loan that is out; undefined while no borrower has the connection. */
	checkout;
	/** Set while it is lent: close it on release, for this reason. */
	retire;
	/** Bounds what is under way: a goodbye, a ping, a clean-up. */
	bound;
	older;
	newer;
	/** Its place among the idle ones; see IdleConnections. */
	idleIndex = -1;
	constructor(resource, home, openedAt, begunAt, expiresAt) {
		this.resource = resource;
		this.home = home;
		this.generation = home.host.generation;
		this.openedAt = openedAt;
		this.begunAt = begunAt;
		this.expiresAt = expiresAt;
		this.stateSince = openedAt;
	}
	/** Whether it rests among the idle ones. */
	get isIdle() {
		return this.idleIndex >= 0;
	}
};
// packages/core/src/pool/connections.ts
/** How long a polite goodbye may take. */
const CLOSE_TIMEOUT = 1e3;
/** The part of `maxLifetime` that is taken off at random, so that connections opened together do not end together. */
const LIFETIME_JITTER = .25;
/** Every open connection of a pool, and what becomes of each. Who gets one is the engine's business. */
var Connections = class {
	idle = new IdleConnections();
	#options;
	#clock;
	#random;
	#emitter;
	#listener;
	#readying = /* @__PURE__ */ new Set();
	#size = 0;
	#inUse = 0;
	constructor(options, clock, random, emitter, listener) {
		this.#options = options;
		this.#clock = clock;
		this.#random = random;
		this.#emitter = emitter;
		this.#listener = listener;
	}
	/** All that are not closed yet, whatever they are doing. */
	get size() {
		return this.#size;
	}
	get inUse() {
		return this.#inUse;
	}
	/** Those that will soon be available, if all is well: asked whether they still answer, or being cleaned. */
	get readying() {
		return this.#readying;
	}
	/** Takes in a connection that was just opened. */
	adopt(home, resource, duration) {
		const now = this.#clock.now();
		const { maxLifetime } = this.#options;
		const expiresAt = maxLifetime === 0 ? Infinity : now + maxLifetime * (1 - LIFETIME_JITTER * this.#random());
		const connection = new PooledConnection(resource, home, now, now - duration, expiresAt);
		resource.unref();
		resource.onLost = (error) => this.#lost(connection, error);
		home.all.add(connection);
		this.#size += 1;
		this.#emitter.emit("connectionOpened", {
			host: home.host.name,
			duration
		});
		return connection;
	}
	lend(checkout) {
		const { connection } = checkout;
		connection.state = ConnectionState.lent;
		connection.checkout = checkout;
		connection.home.lent.add(connection);
		connection.home.served += 1;
		this.#inUse += 1;
	}
	/** The end of a loan; what becomes of the connection is said next. */
	giveBack(connection) {
		connection.checkout = void 0;
		connection.home.lent.remove(connection);
		this.#inUse -= 1;
		this.#takePlaceOfLeaving(connection);
	}
	rest(connection, now) {
		connection.state = ConnectionState.idle;
		connection.stateSince = now;
		this.idle.add(connection);
	}
	/** Asks whether it still answers; then it is available, or gone. */
	validate(connection) {
		connection.state = ConnectionState.validating;
		this.#bounded(connection, "validation failed", (done) => connection.resource.validate(done));
	}
	/** Makes it as good as new; then it is available, or gone. */
	clean(connection) {
		connection.state = ConnectionState.cleaning;
		this.#bounded(connection, "clean-up failed", (done) => connection.resource.clean(done));
	}
	/** Closes politely, with a bound. */
	close(connection, reason) {
		if (!connection.resource.alive) {
			this.drop(connection, reason);
			return;
		}
		connection.state = ConnectionState.closing;
		connection.resource.onLost = void 0;
		connection.bound = this.#clock.afterIdly(CLOSE_TIMEOUT, () => this.drop(connection, reason));
		connection.resource.close(() => this.#closed(connection, reason));
	}
	/** Closes at once. */
	drop(connection, reason) {
		connection.resource.onLost = void 0;
		connection.resource.destroy();
		this.#closed(connection, reason);
	}
	/** Closes a connection: now when it rests, else when it comes back. */
	retire(connection, reason) {
		if (connection.isIdle) {
			this.close(this.takeOut(connection), reason);
			return;
		}
		const { leaving } = connection.home;
		if (reason !== "rebalanced") leaving.delete(connection);
		else if (connection.retire === void 0) leaving.add(connection);
		if (connection.retire === void 0 || connection.retire === "rebalanced") connection.retire = reason;
	}
	/** Somebody may keep a connection for hours: the first one that is given back goes in place of the one that was chosen. */
	#takePlaceOfLeaving(connection) {
		const { leaving } = connection.home;
		if (leaving.size === 0 || leaving.delete(connection) || connection.retire !== void 0) return;
		for (const chosen of leaving) {
			leaving.delete(chosen);
			chosen.retire = void 0;
			connection.retire = "rebalanced";
			return;
		}
	}
	closeIdle(home, reason) {
		while (home.idle.newest !== void 0) this.retire(home.idle.newest, reason);
	}
	/** Takes an idle connection out, to close or lend it. */
	takeOut(connection) {
		this.idle.remove(connection);
		return connection;
	}
	#bounded(connection, failure, run) {
		connection.stateSince = this.#clock.now();
		this.#readying.add(connection);
		let settled = false;
		let silent = false;
		let atWork = false;
		const settle = (error) => {
			if (settled) return;
			settled = true;
			connection.bound?.cancel();
			this.#readying.delete(connection);
			if (error === null && connection.resource.alive) {
				connection.home.host.heardAt = this.#clock.now();
				this.#listener.available(connection);
				return;
			}
			if (silent && !atWork || !connection.resource.alive || failure === "validation failed") this.#listener.lost(connection, error ?? /* @__PURE__ */ new Error("The connection was lost"));
			this.drop(connection, failure);
		};
		const { validationTimeout } = this.#options;
		connection.bound = this.#clock.after(validationTimeout, () => {
			silent = true;
			atWork = connection.resource.applicationAtWork === true;
			settle(/* @__PURE__ */ new Error(`no answer within ${validationTimeout} ms`));
		});
		run(settle);
	}
	#lost(connection, error) {
		if (connection.isIdle) {
			this.idle.remove(connection);
			connection.state = ConnectionState.closing;
			this.#listener.lost(connection, error);
			this.drop(connection, "broken");
		} else if (connection.state === ConnectionState.lent) this.#listener.lost(connection, error);
	}
	#closed(connection, reason) {
		if (connection.state === ConnectionState.closed) return;
		connection.state = ConnectionState.closed;
		connection.bound?.cancel();
		const { home } = connection;
		home.all.delete(connection);
		home.closed += 1;
		this.#size -= 1;
		this.#emitter.emit("connectionClosed", {
			host: home.host.name,
			reason,
			age: this.#clock.now() - connection.openedAt
		});
		this.#listener.closed(connection);
	}
};
// packages/core/src/pool/ending.ts
/** The end of a pool: it comes once, whoever asks for it and how often. */
var Ending = class {
	#parts;
	#state = "open";
	#timer;
	#waiting = [];
	constructor(parts) {
		this.#parts = parts;
	}
	get state() {
		return this.#state;
	}
	/** Ends the pool, if nobody has yet, and calls back when that is done. */
	begin(done) {
		if (this.#state === "ended") {
			done();
			return;
		}
		this.#waiting.push(done);
		if (this.#state === "ending") return;
		this.#state = "ending";
		const { clock, endTimeout, stop, force } = this.#parts;
		stop();
		this.#timer = clock.after(endTimeout, force);
		this.goOn();
	}
	/** Called after something was closed: perhaps it was the last. */
	goOn() {
		if (this.#state !== "ending" || !this.#parts.isEmpty()) return;
		this.#state = "ended";
		this.#timer?.cancel();
		this.#parts.ended();
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const call of waiting) call();
	}
};
// packages/core/src/pool/chain.ts
/**
* Connections of one host that are in the same state, from the one that came last to the oldest. The links are the connections'
* own: each is in one chain at most, and joining and leaving cost the same at ten connections and at ten thousand.
*/
var Chain = class {
	newest;
	oldest;
	#size = 0;
	get size() {
		return this.#size;
	}
	add(connection) {
		const { newest } = this;
		connection.older = newest;
		if (newest === void 0) this.oldest = connection;
		else newest.newer = connection;
		this.newest = connection;
		this.#size += 1;
	}
	remove(connection) {
		const { older, newer } = connection;
		if (older === void 0) this.oldest = newer;
		else older.newer = newer;
		if (newer === void 0) this.newest = older;
		else newer.older = older;
		connection.older = void 0;
		connection.newer = void 0;
		this.#size -= 1;
	}
	*[Symbol.iterator]() {
		for (let connection = this.newest; connection !== void 0; connection = connection.older) yield connection;
	}
};
// packages/core/src/pool/host-connections.ts
/** How fast the usual duration of a handshake follows new measurements. */
const HANDSHAKE_SMOOTHING = .3;
/** Connections that are let in and lost, one after the other, before the host is left alone for a while. */
const MOST_BREAKS = 2;
/** What a pool has open to one host. */
var HostConnections = class {
	host;
	/** Every connection that is not closed yet. */
	all = /* @__PURE__ */ new Set();
	attempts = /* @__PURE__ */ new Set();
	/** The idle ones; the newest is the one used last. */
	idle = new Chain();
	/** Those in borrowers' hands. */
	lent = new Chain();
	/** No connect before this time: the host said that it has no room for more … */
	#restUntil = 0;
	/** … or, where callers wait and nothing is open to it, before this one: room may appear at any time, and they have nothing. */
	#urgentFrom = 0;
	/** Until this time other hosts are tried first: this one refused the password, the database or TLS. */
	refusedUntil = 0;
	/** Refusals for want of room in a row. */
	#overloads = 0;
	/** Connections in a row that were let in and lost before they were ready. */
	#breaks = 0;
	/** A handshake took too long, and none has succeeded since. */
	slow = false;
	/** Connections in borrowers' hands that are to make room for another host. */
	leaving = /* @__PURE__ */ new Set();
	/** Until when it has to give some answer before it counts as silent; Infinity while nobody doubts it. See SilenceWatch. */
	answersBy = Infinity;
	/** A probe was sent when it was last doubted. */
	asked = false;
	/** Smoothed duration of a handshake; undefined until one succeeded. */
	usualHandshake;
	opened = 0;
	closed = 0;
	connectsFailed = 0;
	served = 0;
	constructor(host) {
		this.host = host;
	}
	/** Connections and handshakes: what counts against the limits. */
	get total() {
		return this.all.size + this.attempts.size;
	}
	get hasOverdueAttempt() {
		for (const attempt of this.attempts) if (attempt.overdue) return true;
		return false;
	}
	/** When the next connect may begin. */
	restUntil(callersWait) {
		return callersWait && this.all.size === 0 ? Math.min(this.#urgentFrom, this.#restUntil) : this.#restUntil;
	}
	/** The host has refused a connection for want of room. */
	noteOverload(now, random) {
		this.#overloads += 1;
		this.#restUntil = now + backoff(this.#overloads, random);
		this.#urgentFrom = now + urgentPause(random);
	}
	/** A connection was let in and lost before it was ready. */
	noteBreak(now, random) {
		this.#breaks += 1;
		if (this.#breaks > MOST_BREAKS) this.noteOverload(now, random);
	}
	noteHandshake(duration) {
		this.opened += 1;
		this.#overloads = 0;
		this.#breaks = 0;
		this.#restUntil = 0;
		this.slow = false;
		this.usualHandshake = this.usualHandshake === void 0 ? duration : this.usualHandshake + HANDSHAKE_SMOOTHING * (duration - this.usualHandshake);
	}
};
// packages/core/src/pool/homes.ts
/** Milliseconds that the choice of a new writer may take; see group_replication_member_expel_timeout and the like. */
const SUCCESSION = 3e4;
/** The engine's side of the host set: for each host, what is open to it. A host that was removed stays until that is closed. */
var Homes = class {
	/** Exchanged, never changed: whoever goes through it is not disturbed by hosts that come and go meanwhile. */
	#list = [];
	#byHost = /* @__PURE__ */ new Map();
	get all() {
		return this.#list;
	}
	add(host) {
		const home = new HostConnections(host);
		this.#list = [...this.#list, home];
		this.#byHost.set(host, home);
	}
	of(host) {
		return this.#byHost.get(host);
	}
	/** Forgets a host to which nothing is open. */
	forget(home) {
		this.#byHost.delete(home.host);
		this.#list = this.#list.filter((other) => other !== home);
	}
	anyServes(access) {
		for (const { host } of this.#list) if (canServe(host.serves, access)) return true;
		return false;
	}
	/** Whether hosts are left that only read, and one that wrote was there a moment ago: its successor is being elected. */
	awaitsWriter(now) {
		return this.anyServes("read") && this.#list.some(({ host }) => now - Math.max(host.writableAt, host.writeRefusedAt) < 3e4);
	}
	hosts() {
		return this.#list.map((home) => home.host);
	}
};
// packages/core/src/pool/give-up.ts
/** Statements whose answers are not to be waited for fail now; their borrowers release what is left. */
function giveUpLent(home, isLost) {
	const { name, state, condition } = home.host;
	const error = new HostpoolError("ERR_HOSTPOOL_HOST_LOST", `${name} ${condition.hung ? "hangs" : state === HostState.down ? "is down" : "does not answer any more on an old connection"}${condition.reason === "" ? "" : `: ${condition.reason}`}`, { host: name });
	for (const connection of Array.from(home.all)) if (isLost(connection)) connection.resource.destroy(error);
}
// packages/core/src/pool/host-changes.ts
/** What becomes of connections, handshakes and waiters when a host comes, goes, or changes. */
var HostChanges = class {
	#parts;
	constructor(parts) {
		this.#parts = parts;
	}
	changed(host) {
		const { homes, connections, room, supply } = this.#parts;
		if (!host.removed && homes.of(host) === void 0) homes.add(host);
		const home = homes.of(host);
		if (home === void 0) return;
		if (host.state === HostState.down) {
			supply.abort(home);
			while (home.idle.newest !== void 0) connections.drop(connections.takeOut(home.idle.newest), "host down");
			if (host.condition.hung) giveUpLent(home, (connection) => connection.state === ConnectionState.lent);
		} else if (host.state === HostState.draining) {
			supply.abort(home);
			connections.closeIdle(home, "draining");
		}
		this.#leaveOldFlows(home);
		this.forgetIfGone(home);
		room.review();
		supply.failRefused();
		supply.pump();
	}
	connectionLost({ home, generation }, error) {
		if (generation !== home.host.generation) return;
		const { connections, watch, validate } = this.#parts;
		watch.connectionLost(home.host, error);
		for (const other of Array.from(home.all)) {
			if (!other.isIdle) continue;
			connections.takeOut(other);
			if (other.resource.alive) validate(other);
			else connections.drop(other, "broken");
		}
	}
	/** What is older than the host's last new word goes: at once where it rests, else when it comes back. */
	#leaveOldFlows(home) {
		const { trustedFrom, silentBefore } = home.host;
		if (trustedFrom === -Infinity) return;
		for (let connection = home.idle.oldest; connection !== void 0;) {
			const { newer } = connection;
			if (connection.begunAt < trustedFrom) this.#parts.connections.retire(connection, "server changed");
			connection = newer;
		}
		if (silentBefore === -Infinity) return;
		giveUpLent(home, ({ state, resource }) => state === ConnectionState.lent && resource.askedAt < silentBefore);
	}
	/** A host that was removed is forgotten with the last that was open to it. */
	forgetIfGone(home) {
		if (home.host.removed && home.total === 0) this.#parts.homes.forget(home);
	}
};
// packages/core/src/pool/host-choice.ts
/** Shows the candidates to the selector and finds the one it names again. */
function chooseHost(candidates, context) {
	if (candidates.length <= 1) return candidates[0];
	const hosts = candidates.map((home) => snapshotOf(home, context));
	const picked = context.selector({
		hosts,
		zone: context.zone
	}, context.random);
	const index = picked === void 0 ? -1 : hosts.indexOf(picked);
	return candidates[index >= 0 ? index : Math.floor(context.random() * candidates.length)];
}
function snapshotOf(home, context) {
	const { host } = home;
	return {
		name: host.name,
		zone: host.config.zone,
		weight: host.weightAt(context.now, context.slowStart),
		priority: host.config.priority,
		state: host.state,
		inUse: home.lent.size,
		idle: home.idle.size,
		connecting: home.attempts.size,
		latency: host.latency,
		failedBefore: context.failedOn?.has(host) ?? false
	};
}
// packages/core/src/pool/idle-choice.ts
/** Which idle connection is taken next, and whether it has to prove first that it still answers. */
var IdleChoice = class {
	#options;
	#env;
	#parts;
	/** Selectors that rank hosts at each checkout, not only when a connection is opened. */
	#ranks;
	constructor(options, env, parts) {
		this.#options = options;
		this.#env = env;
		this.#parts = parts;
		this.#ranks = options.selector === "least-busy" || options.selector === "latency";
	}
	/**
	* The one used last of a host that may serve so; it stays where it is.
	* @param wanted - what it is to be used for, as far as that may be had
	*/
	newest(wanted, now) {
		return this.#host(wanted, now)?.idle.newest;
	}
	needsValidation({ stateSince }, now) {
		const { validateAfterIdle } = this.#options;
		if (stateSince < this.#parts.pauses.noticedAt) return true;
		if (validateAfterIdle === false) return false;
		return validateAfterIdle === 0 || now - stateSince > validateAfterIdle;
	}
	#host(wanted, now) {
		return (this.#parts.silence.any ? this.#hostAmong(wanted, now, true) : void 0) ?? this.#hostAmong(wanted, now, false);
	}
	#hostAmong(wanted, now, heardOf) {
		const { idle } = this.#parts.connections;
		if (idle.size === 0) return void 0;
		if (!this.#ranks) {
			const drawn = idle.drawHost(this.#env.random);
			if (drawn !== void 0 && isEligible(drawn, wanted, heardOf)) return drawn;
		}
		return this.#hostAmongAll(wanted, now, heardOf);
	}
	#hostAmongAll(wanted, now, heardOf) {
		const { selector, random } = this.#env;
		const { homes, connections } = this.#parts;
		const eligible = (home) => isEligible(home, wanted, heardOf);
		if (!this.#ranks) return connections.idle.drawHostAmong(homes.all, eligible, random);
		const { zone, health } = this.#options;
		return chooseHost(homes.all.filter((home) => home.idle.size > 0 && eligible(home)), {
			selector,
			random,
			zone,
			slowStart: health.slowStart,
			now,
			failedOn: void 0
		});
	}
};
function isEligible({ host }, wanted, heardOf) {
	return overlap(host.serves, wanted) && !(heardOf && host.silent);
}
// packages/core/src/pool/shares.ts
/**
* How many of so many connections each host should have; fractions stay. Hosts of the pool's own zone come first, as they do
* for a selector; with `ordered` the first usable host has them all. What a host's own limit does not admit goes to others.
*/
function shares(total, hosts, zone, ordered) {
	const usable = hosts.filter((host) => host.usable);
	const near = zone === void 0 ? [] : usable.filter((host) => host.zone === zone);
	const preferred = near.length > 0 ? near : usable;
	const weighted = preferred.filter((host) => host.weight > 0);
	const chosen = new Set(ordered ? inOrder(preferred).slice(0, 1) : weighted.length > 0 ? weighted : preferred);
	const result = /* @__PURE__ */ new Map();
	let open = [...chosen];
	let left = total;
	for (;;) {
		const weights = open.reduce((sum, host) => sum + weightOf(host), 0);
		const full = open.filter((host) => left * weightOf(host) / weights > host.connectionLimit);
		if (full.length === 0) {
			for (const host of open) result.set(host, left * weightOf(host) / weights);
			break;
		}
		for (const host of full) {
			result.set(host, host.connectionLimit);
			left -= host.connectionLimit;
		}
		open = open.filter((host) => !full.includes(host));
	}
	return hosts.map((host) => result.get(host) ?? 0);
}
/** Sums of fractions are not exact. */
const ROUNDING = 1e-9;
/**
* Whole numbers with the same sum, each next to its share. Over all offsets from 0 to 1 every host has its exact share on
* average.
*/
function wholeShares(exact, offset) {
	let sum = 0;
	let given = 0;
	return exact.map((share) => {
		sum += share;
		const whole = Math.floor(sum + offset + ROUNDING) - given;
		given += whole;
		return whole;
	});
}
function inOrder(hosts) {
	return hosts.toSorted((a, b) => a.priority - b.priority);
}
function weightOf(host) {
	return host.weight > 0 ? host.weight : 1;
}
// packages/core/src/pool/balance.ts
/**
* Moves connections to hosts that came back or were added, a few at a time, until the shares match the weights as closely as
* whole connections allow. One in a borrower's hands goes when it is released.
*/
var Balance = class {
	#options;
	#env;
	#homes;
	#supply;
	/** Decides who has one more where the shares are no whole numbers: another one in each process, so that all come out even. */
	#offset;
	constructor(options, env, homes, supply) {
		this.#options = options;
		this.#env = env;
		this.#homes = homes;
		this.#supply = supply;
		this.#offset = env.random();
	}
	/** The moves to make now: no more at once than handshakes are allowed at once. */
	moves() {
		const { selector } = this.#options;
		const homes = this.#homes.all;
		if (typeof selector === "function" || this.#supply.reserved > 0) return [];
		if (homes.some(({ host }) => host.serves.read !== host.serves.write)) return [];
		const counts = homes.map((home) => staying(home) + home.attempts.size);
		const total = counts.reduce((sum, count) => sum + count, 0);
		const targets = this.#targets(total);
		const moves = [];
		for (let room = this.#options.maxConnecting; room > 0; room -= 1) {
			const missing = targets.map(({ least }, index) => least - (counts[index] ?? 0));
			const surplus = targets.map(({ share }, index) => (counts[index] ?? 0) - share);
			const to = missing.findIndex((number) => number > 0);
			const from = surplus.indexOf(Math.max(...surplus));
			const target = homes[to];
			const connection = pick(homes[from], moves);
			if (target === void 0 || connection === void 0 || from === to) break;
			counts[to] = (counts[to] ?? 0) + 1;
			counts[from] = (counts[from] ?? 0) - 1;
			moves.push({
				from: connection,
				to: target
			});
		}
		return moves;
	}
	/** For each host its share, and how many connections it should have at least; the latter is a whole number. */
	#targets(total) {
		const now = this.#env.clock.now();
		const { selector, zone, health } = this.#options;
		const hosts = this.#homes.all.map((home) => home.host);
		const inputs = hosts.map((host) => ({
			usable: host.serves.read || host.serves.write,
			weight: host.weightAt(now, health.slowStart),
			zone: host.config.zone,
			priority: host.config.priority,
			connectionLimit: host.config.connectionLimit
		}));
		const exact = shares(total, inputs, zone, selector === "ordered");
		const starting = hosts.map((host, index) => inputs[index]?.weight !== host.config.weight);
		if (!starting.includes(true)) return wholeShares(exact, this.#offset).map((share) => ({
			share,
			least: share
		}));
		return exact.map((share, index) => ({
			share,
			least: Math.floor(starting[index] ? share + this.#offset : share)
		}));
	}
};
/** Connections that are not on their way out. */
function staying(home) {
	let count = 0;
	for (const connection of home.all) if (connection.retire === void 0 && connection.state !== ConnectionState.closing) count += 1;
	return count;
}
/** The one that has rested for longest, or else one in a borrower's hands. */
function pick(home, moves) {
	if (home === void 0) return void 0;
	const taken = new Set(moves.map(({ from }) => from));
	for (let connection = home.idle.oldest; connection !== void 0; connection = connection.newer) if (!taken.has(connection)) return connection;
	for (const connection of home.all) {
		const { state, retire } = connection;
		if (state === ConnectionState.lent && retire === void 0 && !taken.has(connection)) return connection;
	}
}
// packages/core/src/pool/housekeeper.ts
/** The longest time between two rounds. */
const LONGEST_PAUSE = 1e3;
const SHORTEST_PAUSE = 20;
/** The part of a pause that is left out at random: pools of many processes must not fall into step. */
const JITTER = .25;
/**
* The chores: closes what was idle for too long or has reached its age, keeps `minIdle` connections, moves
* connections to hosts that have too few, reports leaks. It runs while there is anything to look after, and never keeps the
* process alive.
*/
var Housekeeper = class {
	#options;
	#env;
	#parts;
	#balance;
	#pause;
	/** When the next round is due; Infinity when there is none. */
	dueAt = Infinity;
	#timer;
	#stopped = false;
	constructor(options, env, parts) {
		this.#options = options;
		this.#env = env;
		this.#parts = parts;
		this.#balance = new Balance(options, env, parts.homes, parts.supply);
		const limits = [
			LONGEST_PAUSE,
			options.idleTimeout / 4,
			options.leakDetectionThreshold / 2
		].filter((time) => time > 0);
		this.#pause = Math.max(SHORTEST_PAUSE, Math.min(...limits));
	}
	/** Makes sure that a next round comes. */
	start() {
		if (this.#timer === void 0 && !this.#stopped) this.#setTimer();
	}
	stop() {
		this.#stopped = true;
		this.#timer?.cancel();
	}
	#setTimer() {
		const { clock, random } = this.#env;
		const pause = this.#pause * (1 - JITTER * random());
		this.dueAt = clock.now() + pause;
		this.#timer = clock.afterIdly(pause, () => this.#round());
	}
	#round() {
		this.#timer = void 0;
		this.dueAt = Infinity;
		const now = this.#env.clock.now();
		this.#closeExpired(now);
		if (this.#options.leakDetectionThreshold > 0) this.#reportLeaks(now);
		this.#parts.supply.pump();
		this.#fillIdle();
		this.#moveSome();
		if (this.#parts.connections.size > 0 || this.#options.minIdle > 0) this.start();
	}
	#closeExpired(now) {
		const { idleTimeout, minIdle } = this.#options;
		for (const home of this.#parts.homes.all) {
			let connection = home.idle.oldest;
			while (connection !== void 0) {
				const { newer } = connection;
				const idleTooLong = idleTimeout > 0 && now - connection.stateSince >= idleTimeout;
				if (now >= connection.expiresAt) this.#parts.connections.retire(connection, "max lifetime");
				else if (idleTooLong && this.#parts.connections.idle.size > minIdle) this.#parts.connections.retire(connection, "idle timeout");
				connection = newer;
			}
		}
	}
	/** In the background, when nobody waits: whoever waits is served first. */
	#fillIdle() {
		const { connections, supply } = this.#parts;
		while (connections.idle.size + supply.connecting < this.#options.minIdle && supply.openSpare());
	}
	#moveSome() {
		for (const { from, to } of this.#balance.moves()) {
			if (!this.#parts.supply.openAt(to)) this.#parts.supply.reserve(to);
			this.#parts.connections.retire(from, "rebalanced");
		}
	}
	#reportLeaks(now) {
		for (const home of this.#parts.homes.all) for (const { checkout } of home.all) {
			if (checkout === void 0 || checkout.leakReported) continue;
			const held = now - checkout.since;
			if (held < this.#options.leakDetectionThreshold) continue;
			checkout.leakReported = true;
			const stack = checkout.borrowedAt?.stack ?? "";
			this.#env.emitter.emit("leak", {
				host: home.host.name,
				held,
				stack
			});
		}
	}
};
// packages/core/src/pool/checkout.ts
/**
* One loan of one connection. The engine makes a new one for each loan and obeys only the one that is out: what a borrower
* still asks for with a loan that has ended can never reach the next borrower of the same connection.
*/
var Checkout = class {
	connection;
	/** When the loan began. */
	since;
	/** Where the connection was borrowed, when leaks are looked for. */
	borrowedAt;
	/** What the connection is used for; undefined until that is known. */
	use;
	/** The loan is not counted as reading or writing, because its host is silent. */
	aside = false;
	leakReported = false;
	/** The pool itself ended the loan; its borrower cannot know. */
	takenAway = false;
	constructor(connection, use, borrowedAt, since) {
		this.connection = connection;
		this.use = use;
		this.borrowedAt = borrowedAt;
		this.since = since;
	}
	/** Whether the loan goes on: the connection belongs to this borrower and to no other. */
	get isOut() {
		return this.connection.checkout === this;
	}
};
// packages/core/src/pool/loans.ts
/** Keeps the books of what is lent, and for what. */
var Loans = class {
	/** All loans so far. */
	served = 0;
	/** Requests that were refused because their loan had ended. */
	stale = 0;
	#connections;
	#shares;
	#silence;
	#emitter;
	constructor(connections, shares, silence, emitter) {
		this.#connections = connections;
		this.#shares = shares;
		this.#silence = silence;
		this.#emitter = emitter;
	}
	/**
	* @param borrowedAt - where the borrower asked, when leaks are looked for
	* @param since - when it asked
	*/
	begin(connection, access, borrowedAt, since, now) {
		const checkout = new Checkout(connection, access, borrowedAt, now);
		this.#connections.lend(checkout);
		this.#silence.start();
		if (access !== void 0) this.#shares.lent(access, now);
		this.served += 1;
		if (this.#emitter.hears("acquire")) this.#emitter.emit("acquire", {
			host: connection.home.host.name,
			waited: now - since
		});
		return checkout;
	}
	/** Whether a request may be obeyed. One whose loan has ended may not: the connection may have another borrower by now. */
	obeys(checkout, asked) {
		if (checkout.isOut) return true;
		if (!checkout.takenAway) this.#refuse(checkout, asked);
		return false;
	}
	end(checkout, now) {
		const { connection, leakReported, since, use } = checkout;
		if (checkout.aside) this.#shares.returnedAside();
		else if (use !== void 0) this.#shares.returned(use, since, now);
		this.#connections.giveBack(connection);
		if (!leakReported && !this.#emitter.hears("release")) return;
		const payload = {
			host: connection.home.host.name,
			held: now - since
		};
		if (leakReported) this.#emitter.emit("leakReturned", payload);
		this.#emitter.emit("release", payload);
	}
	/** Ends a loan that its borrower has not ended. */
	takeAway(checkout, now) {
		checkout.takenAway = true;
		this.end(checkout, now);
	}
	/**
	* Notes what a borrower does with its connection, where it was said to do nothing or something else.
	* @param force - also when this kind of work has its share already
	* @returns false when it has, and the borrower should ask again for this kind of access
	*/
	use(checkout, access, force, now) {
		this.#shares.asked(access, now);
		if (checkout.aside) {
			checkout.use = access;
			return true;
		}
		if (!force && !this.#shares.allows(access, now)) return false;
		if (checkout.use !== void 0) this.#shares.returned(checkout.use, checkout.since, now);
		checkout.use = access;
		this.#shares.lent(access, checkout.since);
		return true;
	}
	/** Loans on a silent host leave the shares of reads and writes to those who can work, until the host is heard of again. */
	silenceChanged(home) {
		const { silent } = home.host;
		for (const { checkout } of home.lent) {
			if (checkout?.use === void 0 || checkout.aside === silent) continue;
			checkout.aside = silent;
			if (silent) this.#shares.setAside(checkout.use, checkout.since);
			else this.#shares.takeBack(checkout.use, checkout.since);
		}
	}
	#refuse({ connection }, asked) {
		this.stale += 1;
		const host = connection.home.host.name;
		this.#emitter.emit("warning", {
			host,
			message: `The pool has refused to ${asked} a connection to ${host}, because the loan that asked for it had ended before. No connection was touched, but this is a bug of mysql-hostpool: please report it`
		});
	}
};
// packages/core/src/pool/pauses.ts
/** Milliseconds that a chore is late, or that the wall clock has gone ahead, before that counts as a pause of the process. */
const PAUSE = 1e3;
/**
* Notices that the whole process stood still: a serverless function that was frozen, a virtual machine or a laptop that slept.
* Meanwhile flows may have been dropped without a word, whatever the idle times say, for many a clock stands still as well.
*/
var Pauses = class {
	/** When the last one was noticed, on the monotonic clock: what has rested since before has to prove that it still answers. */
	noticedAt = -Infinity;
	#clock;
	/** How far the wall clock is ahead of the monotonic one. */
	#ahead;
	#noticedDue = -Infinity;
	constructor(clock) {
		this.#clock = clock;
		this.#ahead = clock.date() - clock.now();
	}
	/**
	* @param due - when the next chore is due
	* @param idle - nothing was going on: time to read the wall clock, too
	*/
	look(now, due, idle) {
		if (now > due + PAUSE && due > this.#noticedDue) {
			this.#noticedDue = due;
			this.noticedAt = now;
		}
		if (!idle) return;
		const ahead = this.#clock.date() - now;
		if (ahead > this.#ahead + PAUSE) this.noticedAt = now;
		this.#ahead = ahead;
	}
};
// packages/core/src/pool/reason-to-close.ts
/** Why a connection that comes back, or is about to be lent, should be closed instead; undefined when it is as good as new. */
function reasonToClose({ resource, retire, home, generation, begunAt, expiresAt }, now) {
	if (!resource.alive) return "broken";
	if (retire !== void 0) return retire;
	if (resource.spoilt) return "session changed";
	if (generation !== home.host.generation) return "host down";
	if (begunAt < home.host.trustedFrom) return "server changed";
	if (home.host.state === HostState.draining) return "draining";
	return now >= expiresAt ? "max lifetime" : void 0;
}
/** A host is asked how it is when it owes an answer for so many times as long as its answers usually take … */
const USUAL_FACTOR = 4;
/** … but never before this many milliseconds, and always after … */
const DOUBTED_AT_LEAST = 15;
/** … that many. */
const DOUBTED_AT_MOST = 300;
/** It is silent when it has not answered that either: for twice as long as its answers usually take, but at least … */
const ASKED_AT_LEAST = 10;
/** … and at most so many milliseconds. */
const ASKED_AT_MOST = 50;
/** Milliseconds that statements on a host that is down have for their answers; from when it went down, or from when they were sent. */
const DOWN_PATIENCE$1 = 800;
/** Milliseconds after which it is doubted where it can't be asked, and after which its probe must hurry. */
const OVERDUE_AT_LEAST$1 = 100;
/**
* Notices a host that is asked and gives no answer at all. One slow statement is none of that: others are answered meanwhile,
* or the probe that is sent for is. While anything is lent or asked it looks at every host every few milliseconds: one timer for
* the whole pool and none for each statement. The same timer keeps the process alive for as long, which spares every loan the
* two calls that would switch its socket.
*/
var SilenceWatch = class {
	/** Whether any host is silent now. */
	any = false;
	#parts;
	#timer;
	#stopped = false;
	constructor(parts) {
		this.#parts = parts;
	}
	/** Whether it looks at the hosts at present: something is going on. */
	get isLooking() {
		return this.#timer !== void 0;
	}
	/** Looks at the hosts from now on for as long as anything is lent or asked, or anybody waits. */
	start() {
		if (this.#timer === void 0 && !this.#stopped) this.#setTimer();
	}
	stop() {
		this.#stopped = true;
		this.#timer?.cancel();
	}
	/** Connections of silent hosts that nobody has: they are open, and of no use. */
	get unusable() {
		let count = 0;
		if (this.any) {
			for (const { host, all, lent } of this.#parts.homes.all) if (host.silent) count += all.size - lent.size;
		}
		return count;
	}
	#setTimer() {
		this.#timer = this.#parts.clock.after(10, () => this.#look());
	}
	#look() {
		this.#timer = void 0;
		const { clock, homes, readying, waiting, changed, looked } = this.#parts;
		const now = clock.now();
		let busy = readying().size > 0 || waiting();
		this.any = false;
		for (const home of homes.all) {
			if (home.lent.size > 0) {
				busy = true;
				if (home.host.state === HostState.down) this.#giveUpOn(home, now);
			}
			const silent = this.#isSilent(home, now);
			if (silent !== home.host.silent) {
				home.host.silent = silent;
				changed(home);
			}
			if (silent) this.any = true;
		}
		if (busy) this.start();
		looked();
		if (this.any) {
			for (const home of homes.all) if (home.host.silent && home.asked) tellBorrowers(home);
		}
	}
	/** A host that is down, for whatever reason, must not keep what others could use. */
	#giveUpOn(home, now) {
		const since = now - DOWN_PATIENCE$1;
		if (home.host.downAt > since) return;
		giveUpLent(home, ({ state, resource }) => state === ConnectionState.lent && resource.alive && resource.askedAt <= since);
	}
	#isSilent(home, now) {
		const { watch } = this.#parts;
		const { host } = home;
		const usual = host.latency ?? 0;
		const silence = this.#silenceOf(home, now);
		if (silence < between(DOUBTED_AT_LEAST, USUAL_FACTOR * usual, DOUBTED_AT_MOST)) {
			home.answersBy = Infinity;
			return false;
		}
		const overdue = silence >= between(OVERDUE_AT_LEAST$1, USUAL_FACTOR * usual, DOUBTED_AT_MOST);
		if (home.answersBy === Infinity) {
			home.asked = watch.doubted(host);
			if (home.asked) home.answersBy = now + between(ASKED_AT_LEAST, 2 * usual, ASKED_AT_MOST);
			else if (overdue) home.answersBy = now + ASKED_AT_MOST;
		}
		if (overdue) watch.silent(host);
		return now >= home.answersBy;
	}
	/** For how long the host has owed an answer and been heard of by nobody. */
	#silenceOf(home, now) {
		const { heardAt } = home.host;
		let longest = 0;
		if (now - heardAt < DOUBTED_AT_LEAST) return longest;
		for (const { resource } of home.lent) longest = Math.max(longest, silenceSince(resource.askedAt, heardAt, now));
		for (const { home: asked, stateSince } of this.#parts.readying()) if (asked === home) longest = Math.max(longest, silenceSince(stateSince, heardAt, now));
		return longest;
	}
};
/**
* For how long a host has owed an answer and been heard of by nobody, as far as one question tells. Whoever has waited for long
* already is asked about again only after half as long: a report that runs for minutes is no reason to ask ten times a second
* how the host is.
*/
function silenceSince(askedAt, heardAt, now) {
	const silence = now - Math.max(heardAt, askedAt);
	return silence >= (now - askedAt) / 2 ? silence : 0;
}
/** Not where the host could not be asked: all that is known of it then may be one slow statement. */
function tellBorrowers({ lent }) {
	for (const { state, resource } of Array.from(lent)) if (state === ConnectionState.lent) resource.hostSilent();
}
function between(least, wanted, most) {
	return Math.min(most, Math.max(least, wanted));
}
// packages/core/src/pool/status.ts
function takeStatus(source) {
	const { homes, options } = source;
	return Object.freeze({
		poolName: options.poolName,
		state: source.state,
		connectionLimit: options.connectionLimit,
		total: sum(homes, (home) => home.total),
		inUse: sum(homes, (home) => home.lent.size),
		idle: sum(homes, (home) => home.idle.size),
		connecting: sum(homes, (home) => home.attempts.size),
		waiting: source.waiting,
		hosts: Object.freeze(homes.map((home) => hostStatus(home, source))),
		counters: Object.freeze({
			served: source.served,
			acquireTimeouts: source.acquireTimeouts,
			retriedReads: 0,
			staleCheckouts: source.staleCheckouts
		})
	});
}
function hostStatus(home, source) {
	const { host } = home;
	return Object.freeze({
		name: host.name,
		state: host.state,
		reason: host.condition.reason,
		since: host.since,
		origin: host.origin,
		zone: host.config.zone,
		weight: host.weightAt(source.now, source.options.health.slowStart),
		writable: host.condition.writable,
		inUse: home.lent.size,
		idle: home.idle.size,
		connecting: home.attempts.size,
		generation: host.generation,
		latency: host.latency,
		counters: Object.freeze({
			opened: home.opened,
			closed: home.closed,
			connectsFailed: home.connectsFailed,
			served: home.served
		})
	});
}
function sum(items, of) {
	return items.reduce((total, item) => total + of(item), 0);
}
// packages/core/src/pool/demand.ts
/**
* What more connections should be opened for, the most pressing first; empty when every waiter has one promised already. A
* promise is a handshake or a validation under way, on a host that serves so and so. Writes come first because the fewest
* hosts serve them: a connection for a write can mostly serve the others too, but not the other way round.
*/
function unmetDemand(waiting, promises) {
	let forBoth = 0;
	let forRead = 0;
	let forWrite = 0;
	for (const serves of promises) if (serves.read && serves.write) forBoth += 1;
	else if (serves.read) forRead += 1;
	else if (serves.write) forWrite += 1;
	const write = Math.max(0, waiting.write - forWrite);
	const read = Math.max(0, waiting.read - forRead);
	const spare = Math.max(0, forWrite - waiting.write) + Math.max(0, forRead - waiting.read);
	const any = Math.max(0, waiting.any - spare);
	if (write + read + any <= forBoth) return [];
	const demand = [];
	if (write > 0) demand.push("write");
	if (read > 0) demand.push("read");
	if (any > 0) demand.push(void 0);
	return demand;
}
// packages/core/src/pool/opener.ts
/** A handshake is overdue when it takes this many times as long as this host's usually do … */
const OVERDUE_FACTOR = 3;
/** … but never before this many milliseconds. */
const OVERDUE_AT_LEAST = 250;
/** Carries out handshakes. Whether one is needed, and to which host, is the engine's business. */
var Opener = class {
	#connector;
	#clock;
	#listener;
	#attempts = /* @__PURE__ */ new Set();
	constructor(connector, clock, listener) {
		this.#connector = connector;
		this.#clock = clock;
		this.#listener = listener;
	}
	get attempts() {
		return this.#attempts;
	}
	get anyOverdue() {
		for (const attempt of this.#attempts) if (attempt.overdue) return true;
		return false;
	}
	start(home) {
		const startedAt = this.#clock.now();
		const overdueAfter = Math.max(OVERDUE_AT_LEAST, OVERDUE_FACTOR * (home.usualHandshake ?? 0));
		const timer = new HostTimer(this.#clock, {
			host: overdueAfter,
			hostLate: () => {
				opening.overdue = true;
				home.slow = true;
				this.#listener.overdue(home);
			}
		});
		const opening = {
			home,
			startedAt,
			timer,
			overdue: false,
			attempt: void 0
		};
		this.#attempts.add(opening);
		home.attempts.add(opening);
		opening.attempt = this.#connector.connect(home.host, {
			application: timer.application,
			connected: (resource) => {
				this.#forget(opening);
				home.noteHandshake(timer.hostTime);
				this.#listener.opened(home, resource, this.#clock.now() - startedAt, startedAt);
			},
			failed: (failure) => {
				this.#forget(opening);
				home.connectsFailed += 1;
				this.#listener.failed(home, failure, this.#clock.now() - startedAt);
			}
		});
	}
	/** Gives up a handshake that is overdue, and says whether there was one. */
	abortOverdue(spared) {
		for (const opening of this.#attempts) {
			if (!opening.overdue || opening.home === spared) continue;
			this.#abort(opening);
			return true;
		}
		return false;
	}
	abortAll(home) {
		for (const opening of Array.from(this.#attempts)) if (home === void 0 || opening.home === home) this.#abort(opening);
	}
	#abort(opening) {
		this.#forget(opening);
		opening.attempt?.abort();
	}
	#forget(opening) {
		opening.timer.cancel();
		this.#attempts.delete(opening);
		opening.home.attempts.delete(opening);
	}
};
// packages/core/src/pool/supply.ts
/** How long a host that refused the password or the database comes after the others. */
const REFUSED_FOR = 1e3;
/** Sees to it that every waiter has a connection coming, and that none is opened that nobody needs. */
var Supply = class {
	/** Why the last connect failed; undefined once one has succeeded since. */
	lastError;
	#options;
	#env;
	#parts;
	#opener;
	#stopped = false;
	#pumping = false;
	#pumpAgain = false;
	#vacating = false;
	/** Places that are kept for a host which has fewer connections than its share. */
	#reserved = [];
	#restTimer;
	#restsUntil = 0;
	constructor(options, env, parts) {
		this.#options = options;
		this.#env = env;
		this.#parts = parts;
		this.#opener = new Opener(env.connector, env.clock, {
			opened: (home, resource, duration, startedAt) => {
				this.lastError = void 0;
				parts.opened(home, resource, duration, startedAt);
				env.watch.connected(home.host);
				this.pump();
			},
			failed: (home, failure, duration) => this.#failed(home, failure, duration),
			overdue: (home) => {
				env.watch.handshakeOverdue(home.host);
				this.pump();
			}
		});
	}
	/** Everything that counts against `connectionLimit`. */
	get total() {
		return this.#parts.connections.size + this.#opener.attempts.size;
	}
	get connecting() {
		return this.#opener.attempts.size;
	}
	stop() {
		this.#stopped = true;
		this.#restTimer?.cancel();
		this.#opener.abortAll();
	}
	abort(home) {
		this.#opener.abortAll(home);
		this.#reserved = this.#reserved.filter((other) => other !== home);
	}
	/** Gives waiters what there is and opens what is missing. Called whenever either may have changed. */
	pump() {
		if (this.#pumping) {
			this.#pumpAgain = true;
			return;
		}
		this.#pumping = true;
		do {
			this.#pumpAgain = false;
			while (this.#parts.room.queue.size > 0 && !this.#stopped && this.#meetDemand());
		} while (this.#pumpAgain);
		this.#pumping = false;
	}
	/** A connection has left its place to another. */
	placeFreed() {
		this.#vacating = false;
		if (this.#stopped) return;
		const home = this.#reserved.shift();
		if (home !== void 0) this.openAt(home);
		this.pump();
	}
	/** Opens one more connection that nobody waits for; false when there is no room or no host for it. */
	openSpare() {
		return this.total < this.#options.connectionLimit && this.#open(void 0);
	}
	/** Opens a connection to this very host as soon as another has left its place. */
	reserve(home) {
		this.#reserved.push(home);
	}
	get reserved() {
		return this.#reserved.length;
	}
	openAt(home) {
		if (this.#stopped || this.total >= this.#options.connectionLimit) return false;
		if (!(canServe(home.host.serves, void 0) && hasRoom(home)) || !this.#isFree(home, this.#env.clock.now())) return false;
		this.#opener.start(home);
		return true;
	}
	#meetDemand() {
		if (this.#parts.connections.idle.size === 0 && this.total >= this.#options.connectionLimit && !this.#opener.anyOverdue) return false;
		return this.#promiseOne();
	}
	#promiseOne() {
		const { room, shares, connections } = this.#parts;
		const { idle } = connections;
		const { queue } = room;
		const now = this.#env.clock.now();
		const waiting = shares.admit({
			any: queue.count(void 0),
			read: queue.count("read"),
			write: queue.count("write")
		}, now);
		const useIdle = () => unmetDemand(waiting, this.#asked(now)).some((access) => this.#parts.useIdle(access, now));
		return idle.size > 0 && useIdle() || unmetDemand(waiting, this.#promises(now)).some((access) => this.#open(access));
	}
	/** Connections that are being asked whether they still answer. */
	*#asked(now) {
		const { connections, shares } = this.#parts;
		for (const { home, state, stateSince } of connections.readying) if (state === ConnectionState.validating && now - stateSince < 100) yield shares.narrow(home.host.serves, now);
	}
	*#promises(now) {
		const { connections, shares } = this.#parts;
		for (const { home, stateSince } of connections.readying) if (now - stateSince < 100) yield shares.narrow(home.host.serves, now);
		for (const { overdue, home } of this.#opener.attempts) if (!overdue && !home.host.silent) yield shares.narrow(home.host.serves, now);
	}
	#open(access) {
		const full = this.total >= this.#options.connectionLimit;
		if (full && !this.#canMakeRoom()) return false;
		const failedOn = this.#parts.room.queue.firstOf(access)?.rarities?.failedOn;
		const home = this.#choose(access, failedOn);
		if (home === void 0) return false;
		if (full && !this.#makeRoom(home)) return false;
		this.#opener.start(home);
		return true;
	}
	#choose(access, failedOn) {
		const { selector, random, clock } = this.#env;
		const { zone, health } = this.#options;
		const now = clock.now();
		return chooseHost(this.#candidates(access, failedOn, now), {
			selector,
			random,
			zone,
			slowStart: health.slowStart,
			now,
			failedOn
		});
	}
	/** Hosts that a connection can be opened to now, without those that have just refused unless they are all there is. */
	#candidates(access, failedOn, now) {
		const { homes, shares } = this.#parts;
		const free = shares.free(access, now);
		const able = homes.all.filter((home) => overlap(home.host.serves, free) && hasRoom(home) && failedOn?.has(home.host) !== true);
		const open = able.filter((home) => this.#isFree(home, now));
		if (open.length === 0) this.#pumpAfterRest(able, now);
		const willing = open.filter((home) => home.refusedUntil <= now && !home.hasOverdueAttempt && !home.host.silent);
		return willing.length > 0 ? willing : open;
	}
	#isFree(home, now) {
		return home.attempts.size < this.#options.maxConnecting && this.#restUntil(home) <= now;
	}
	#restUntil(home) {
		return home.restUntil(this.#parts.room.queue.size > 0);
	}
	#canMakeRoom() {
		return this.#opener.anyOverdue || this.#parts.connections.idle.size > 0 && !this.#vacating;
	}
	/** At the limit: gives up a handshake nobody counts on, or an idle connection that none of the waiters can use. */
	#makeRoom(wanted) {
		if (!wanted.slow && this.#opener.abortOverdue(wanted)) return true;
		if (this.#vacating) return false;
		let fullest;
		for (const home of this.#parts.homes.all) if (home.idle.size > (fullest?.idle.size ?? 0)) fullest = home;
		if (fullest?.idle.oldest === void 0) return false;
		this.#vacating = true;
		this.#parts.vacate(fullest.idle.oldest);
		return this.total < this.#options.connectionLimit;
	}
	/** When every host that could help rests, somebody has to look again after the rest. */
	#pumpAfterRest(homes, now) {
		let until = Infinity;
		for (const home of homes) {
			const rest = this.#restUntil(home);
			if (rest > now) until = Math.min(until, rest);
		}
		if (until === Infinity || until >= this.#restsUntil && this.#restsUntil > now) return;
		this.#restTimer?.cancel();
		this.#restsUntil = until;
		this.#restTimer = this.#env.clock.afterIdly(until - now, () => this.pump());
	}
	#failed(home, failure, duration) {
		const { emitter, clock, random, watch } = this.#env;
		const { error, blame } = failure;
		this.lastError = error;
		emitter.emit("connectFailed", {
			host: home.host.name,
			error,
			duration
		});
		switch (blame) {
			case "host":
				if (failure.letIn === true) {
					home.noteBreak(clock.now(), random);
					watch.connectionLost(home.host, error);
				} else watch.connectFailed(home.host, error, clock.now() - duration);
				break;
			case "overload":
				home.noteOverload(clock.now(), random);
				break;
			case "configuration":
				home.refusedUntil = clock.now() + REFUSED_FOR;
				this.#noteRefusal(home, error);
				break;
			case "application": this.#failWaiting(error);
		}
		this.pump();
	}
	/** Password, database or TLS: each waiter tries every host once, then gets the server's own words. */
	#noteRefusal(home, error) {
		for (const waiter of this.#parts.room.queue.snapshot()) if (canServe(home.host.serves, waiter.access)) waiter.noteRefusal(home.host, error);
		this.failRefused();
	}
	/** What failed is asked for every host alike: a connect to another would ask once more for each of them. */
	#failWaiting(error) {
		const { homes, room } = this.#parts;
		for (const waiter of room.queue.snapshot()) if (homes.anyServes(waiter.access)) room.fail(waiter, error);
	}
	/** Whoever was refused by every host that is left for them has nothing to wait for. */
	failRefused() {
		const { homes, room } = this.#parts;
		for (const waiter of room.queue.snapshot()) {
			const { access, rarities: { failedOn, lastError } = {} } = waiter;
			if (failedOn === void 0 || lastError === void 0 || !homes.anyServes(access)) continue;
			if (homes.all.every(({ host }) => failedOn.has(host) || !canServe(host.serves, access))) room.fail(waiter, lastError);
		}
	}
};
function hasRoom(home) {
	return home.total < home.host.config.connectionLimit;
}
// packages/core/src/pool/aborts.ts
/**
* Waiters that stop waiting when their signal is aborted. A signal goes through all its listeners to add or remove one, so the
* pool gives it a single one for all waiters: one signal may stop twenty thousand requests of a service that is shut down.
*/
var Aborts = class {
	#aborted;
	#watched = /* @__PURE__ */ new WeakMap();
	constructor(aborted) {
		this.#aborted = aborted;
	}
	add(waiter, signal) {
		(this.#watched.get(signal) ?? this.#watch(signal)).waiters.add(waiter);
	}
	remove(waiter, signal) {
		const watched = this.#watched.get(signal);
		if (watched === void 0 || !watched.waiters.delete(waiter) || watched.waiters.size > 0) return;
		this.#watched.delete(signal);
		signal.removeEventListener("abort", watched.listener);
	}
	#watch(signal) {
		const waiters = /* @__PURE__ */ new Set();
		const listener = () => {
			for (const waiter of waiters) this.#aborted(waiter, signal);
		};
		const watched = {
			waiters,
			listener
		};
		this.#watched.set(signal, watched);
		signal.addEventListener("abort", listener, { once: true });
		return watched;
	}
};
// packages/core/src/pool/deadlines.ts
/** Those who wait for equally long at most: they fall due in the order they came. */
var DeadlineLine = class {
	timeout;
	first;
	last;
	timer;
	constructor(timeout) {
		this.timeout = timeout;
	}
};
/** When each waiter's time is up. However many wait, there is one timer for each length of time that somebody asked for. */
var Deadlines = class {
	#clock;
	#expired;
	#lines = /* @__PURE__ */ new Map();
	/** The line that somebody joined last, while anybody is in it. */
	#latest;
	constructor(clock, expired) {
		this.#clock = clock;
		this.#expired = expired;
	}
	/** From when it began to wait, somebody waits for so many milliseconds at most. */
	add(waiter, timeout) {
		const line = this.#lineOf(timeout);
		const { last } = line;
		waiter.deadlines = line;
		waiter.earlier = last;
		line.last = waiter;
		if (last !== void 0) last.later = waiter;
		else {
			line.first = waiter;
			this.#setTimer(line);
		}
	}
	remove(waiter) {
		const { deadlines: line, earlier, later } = waiter;
		if (line === void 0) return;
		if (earlier === void 0) line.first = later;
		else earlier.later = later;
		if (later === void 0) line.last = earlier;
		else later.earlier = earlier;
		waiter.deadlines = void 0;
		waiter.earlier = void 0;
		waiter.later = void 0;
		if (line.first !== void 0) return;
		line.timer?.cancel();
		this.#lines.delete(line.timeout);
		if (this.#latest === line) this.#latest = void 0;
	}
	#lineOf(timeout) {
		if (this.#latest?.timeout === timeout) return this.#latest;
		let line = this.#lines.get(timeout);
		if (line === void 0) {
			line = new DeadlineLine(timeout);
			this.#lines.set(timeout, line);
		}
		this.#latest = line;
		return line;
	}
	#setTimer(line) {
		if (line.first === void 0) return;
		line.timer = this.#clock.at(line.first.since + line.timeout, line.timeout, (reached) => this.#expire(line, reached));
	}
	#expire(line, reached) {
		try {
			while (line.first !== void 0 && line.first.since + line.timeout <= reached) {
				const due = line.first;
				this.remove(due);
				this.#expired(due);
			}
		} finally {
			this.#setTimer(line);
		}
	}
};
// packages/core/src/pool/wait-queue.ts
/** Those with one need, in the order they came. */
var WaitLine = class {
	first;
	last;
	count = 0;
};
/**
* One strict first-come order over three kinds of waiters. Each kind has a line of its own, so that the first waiter a
* connection can serve is found by comparing three tickets, however many wait.
*/
var WaitQueue = class {
	#size = 0;
	#tickets = 0;
	#any = new WaitLine();
	#read = new WaitLine();
	#write = new WaitLine();
	/** All who wait. */
	get size() {
		return this.#size;
	}
	count(access) {
		return this.#lineOf(access).count;
	}
	add(waiter) {
		const line = this.#lineOf(waiter.access);
		waiter.ticket = ++this.#tickets;
		waiter.line = line;
		const { last } = line;
		waiter.previous = last;
		if (last === void 0) line.first = waiter;
		else last.next = waiter;
		line.last = waiter;
		line.count += 1;
		this.#size += 1;
	}
	/** Takes a waiter out, wherever it stands. */
	remove(waiter) {
		const { line, previous, next } = waiter;
		if (line === void 0) return;
		waiter.line = void 0;
		if (previous === void 0) line.first = next;
		else previous.next = next;
		if (next === void 0) line.last = previous;
		else next.previous = previous;
		waiter.previous = void 0;
		waiter.next = void 0;
		line.count -= 1;
		this.#size -= 1;
	}
	/** The waiter with the lowest ticket that such a host can serve. */
	first(serves) {
		let found;
		if (serves.read || serves.write) found = this.#any.first;
		if (serves.read) found = earlier(found, this.#read.first);
		if (serves.write) found = earlier(found, this.#write.first);
		return found;
	}
	/** The first with this need. */
	firstOf(access) {
		return this.#lineOf(access).first;
	}
	/** Everybody who waits now; kind by kind, each in order. */
	snapshot() {
		const waiters = [];
		for (const line of [
			this.#any,
			this.#read,
			this.#write
		]) for (let waiter = line.first; waiter !== void 0; waiter = waiter.next) waiters.push(waiter);
		return waiters;
	}
	#lineOf(access) {
		if (access === void 0) return this.#any;
		return access === "read" ? this.#read : this.#write;
	}
};
function earlier(a, b) {
	if (a === void 0) return b;
	if (b === void 0) return a;
	return a.ticket < b.ticket ? a : b;
}
// packages/core/src/pool/waiter.ts
/** Somebody who waits for a connection. */
var Waiter = class {
	access;
	since;
	done;
	/** Its place in the one order of all waiters. */
	ticket = 0;
	line;
	previous;
	next;
	deadlines;
	earlier;
	later;
	rarities;
	constructor(access, since, done) {
		this.access = access;
		this.since = since;
		this.done = done;
	}
	get waiting() {
		return this.line !== void 0;
	}
	get borrowedAt() {
		return this.rarities?.borrowedAt;
	}
	note(rarities) {
		this.rarities = {
			...this.rarities,
			...rarities
		};
	}
	/** A host has refused what was opened for it: it is not sent there again. */
	noteRefusal(host, error) {
		this.note({
			failedOn: new Set(this.rarities?.failedOn).add(host),
			lastError: error
		});
	}
};
// packages/core/src/pool/waiting-room.ts
/** Those who wait, each with its deadline and its way out. A waiter leaves once, by one of the doors. */
var WaitingRoom = class {
	queue = new WaitQueue();
	/** Those who waited for too long. */
	timeouts = 0;
	#options;
	#parts;
	#deadlines;
	#aborts = new Aborts((waiter, signal) => this.fail(waiter, abortedError(signal)));
	constructor(options, parts) {
		this.#options = options;
		this.#parts = parts;
		this.#deadlines = new Deadlines(parts.clock, (waiter) => this.#timeOut(waiter));
	}
	/** Lets somebody in who could not be served at once; or says why not, and answers false. */
	enter(request, borrowedAt, now, done) {
		const { acquireTimeout } = this.#options;
		const { emitter, homes } = this.#parts;
		const noHost = !homes.anyServes(request.access);
		const refusal = noHost && this.#patience(request.access) === 0 ? this.#noHostError(request.access) : this.#fullError();
		if (refusal !== void 0) {
			done(refusal);
			return false;
		}
		const waiter = new Waiter(request.access, now, done);
		if (borrowedAt !== void 0) waiter.note({ borrowedAt });
		if (request.signal !== void 0) {
			waiter.note({ signal: request.signal });
			this.#aborts.add(waiter, request.signal);
		}
		this.queue.add(waiter);
		const timeout = request.acquireTimeout ?? acquireTimeout;
		if (timeout > 0) this.#deadlines.add(waiter, timeout);
		if (noHost) this.#limitWaitForHost(waiter);
		if (emitter.hears("enqueue")) emitter.emit("enqueue", { waiting: this.queue.size });
		return true;
	}
	/** Takes a waiter out and clears everything that was to happen to it. */
	leave(waiter) {
		this.queue.remove(waiter);
		this.#deadlines.remove(waiter);
		const { rarities } = waiter;
		if (rarities === void 0) return;
		rarities.noHostDeadline?.cancel();
		if (rarities.signal !== void 0) this.#aborts.remove(waiter, rarities.signal);
	}
	fail(waiter, error) {
		if (!waiter.waiting) return;
		this.leave(waiter);
		waiter.done(error);
		if (waiter.rarities?.failedOn !== void 0) this.#parts.refusedGone();
	}
	failAll(error) {
		for (const waiter of this.queue.snapshot()) this.fail(waiter, error(waiter));
	}
	/** Hosts have changed: who can be served by none at all waits for one as long as `noHostTimeout` says. */
	review() {
		for (const waiter of this.queue.snapshot()) if (this.#parts.homes.anyServes(waiter.access)) {
			if (waiter.rarities?.noHostDeadline === void 0) continue;
			waiter.rarities.noHostDeadline.cancel();
			waiter.note({ noHostDeadline: void 0 });
		} else if (this.#patience(waiter.access) > 0) this.#limitWaitForHost(waiter);
		else this.fail(waiter, this.#noHostError(waiter.access));
	}
	#fullError() {
		const { queueLimit, waitForConnections, connectionLimit } = this.#options;
		if (waitForConnections && queueLimit === 0) return void 0;
		const allowed = connectionLimit - this.#parts.inUse() + (waitForConnections ? queueLimit : 0);
		if (this.queue.size < allowed) return void 0;
		return queueFullError(this.#parts.glance(), queueLimit, waitForConnections);
	}
	#timeOut(waiter) {
		const { clock, emitter, glance, lastError } = this.#parts;
		const waited = clock.now() - waiter.since;
		const error = acquireTimeoutError(glance(), waiter.access, waited, waiter.rarities?.lastError ?? lastError());
		const waiting = this.queue.size;
		this.timeouts += 1;
		this.fail(waiter, error);
		emitter.emit("acquireTimeout", {
			waited,
			waiting
		});
	}
	/** How long to wait for a host that can serve at all. */
	#patience(access) {
		const { noHostTimeout } = this.#options;
		const { homes, clock } = this.#parts;
		return access === "write" && homes.awaitsWriter(clock.now()) ? Math.max(noHostTimeout, SUCCESSION) : noHostTimeout;
	}
	#limitWaitForHost(waiter) {
		if (waiter.rarities?.noHostDeadline !== void 0) return;
		const giveUp = () => this.fail(waiter, this.#noHostError(waiter.access));
		waiter.note({ noHostDeadline: this.#parts.clock.after(this.#patience(waiter.access), giveUp) });
	}
	#noHostError(access) {
		return noHostError(this.#parts.homes.hosts(), access, this.#parts.lastError());
	}
};
// packages/core/src/pool/engine.ts
/** The pool: who gets which connection, and what becomes of it afterwards. */
var Engine = class {
	#options;
	#env;
	#homes = new Homes();
	#connections;
	#room;
	#loans;
	#shares;
	#supply;
	#housekeeper;
	#silence;
	#changes;
	#ending;
	#choice;
	#pauses;
	#refreshedAt = -Infinity;
	constructor(options, env) {
		this.#options = options;
		this.#env = env;
		const { clock, random, emitter, hosts } = env;
		this.#shares = new AccessShares(options.connectionLimit, () => this.#silence.unusable);
		this.#room = new WaitingRoom(options, {
			clock,
			emitter,
			homes: this.#homes,
			inUse: () => this.#connections.inUse,
			glance: () => ({
				connectionLimit: options.connectionLimit,
				inUse: this.#connections.inUse,
				idle: this.#connections.idle.size,
				connecting: this.#supply.connecting,
				waiting: this.#room.queue.size,
				hosts: this.#homes.hosts()
			}),
			lastError: () => this.#supply.lastError,
			refusedGone: () => this.#supply.pump()
		});
		this.#connections = new Connections(options, clock, random, emitter, {
			available: (connection) => {
				this.#receive(connection, clock.now());
				this.#supply.pump();
			},
			closed: (connection) => this.#closed(connection),
			lost: (connection, error) => this.#isOpen && this.#changes.connectionLost(connection, error)
		});
		this.#silence = new SilenceWatch({
			clock,
			homes: this.#homes,
			watch: env.watch,
			readying: () => this.#connections.readying,
			waiting: () => this.#room.queue.size > 0,
			changed: (home) => this.#loans.silenceChanged(home),
			looked: () => this.#supply.pump()
		});
		this.#pauses = new Pauses(clock);
		this.#choice = new IdleChoice(options, env, {
			homes: this.#homes,
			connections: this.#connections,
			silence: this.#silence,
			pauses: this.#pauses
		});
		this.#loans = new Loans(this.#connections, this.#shares, this.#silence, emitter);
		this.#supply = new Supply(options, env, {
			homes: this.#homes,
			connections: this.#connections,
			room: this.#room,
			shares: this.#shares,
			useIdle: (access, now) => this.#useIdle(access, now),
			opened: (home, resource, duration, startedAt) => this.#opened(home, resource, duration, startedAt),
			vacate: (connection) => this.#connections.retire(connection, "room needed")
		});
		this.#housekeeper = new Housekeeper(options, env, {
			homes: this.#homes,
			connections: this.#connections,
			supply: this.#supply
		});
		this.#changes = new HostChanges({
			homes: this.#homes,
			connections: this.#connections,
			room: this.#room,
			supply: this.#supply,
			watch: env.watch,
			validate: (connection) => this.#validate(connection)
		});
		this.#ending = new Ending({
			clock,
			endTimeout: options.endTimeout,
			isEmpty: () => this.#connections.size === 0,
			stop: () => this.#stop(),
			force: () => this.#endByForce(),
			ended: () => emitter.emit("end", {})
		});
		for (const host of hosts.all) this.#homes.add(host);
		hosts.onChange((host) => {
			if (!this.#isOpen) return;
			this.#changes.changed(host);
			this.#housekeeper.start();
		});
		if (options.minIdle > 0) this.#housekeeper.start();
	}
	/** Lends a connection. `done` is called exactly once; at once when an idle connection is at hand and no caller waits. */
	checkout(request, done) {
		const checkout = this.take(request);
		if (checkout === void 0) this.wait(request, done);
		else done(null, checkout);
	}
	/** Lends an idle connection, if one is at hand and no caller waits; undefined also where `wait` would say why there is none. */
	take(request) {
		if (this.#room.queue.size > 0 || !this.#isOpen || request.signal?.aborted === true) return void 0;
		const { access } = request;
		const now = this.#env.clock.now();
		this.#pauses.look(now, this.#housekeeper.dueAt, !this.#silence.isLooking);
		if (access !== void 0) this.#shares.asked(access, now);
		const connection = this.#takeFresh(this.#shares.free(access, now), now);
		return connection && this.#loans.begin(connection, access, this.#whoAsks(), now, now);
	}
	/** Lends a connection to somebody for whom there was none to take; `done` is called exactly once, maybe at once. */
	wait(request, done) {
		if (!this.#isOpen) {
			done(closedError(this.#options.poolName));
			return;
		}
		if (request.signal?.aborted === true) {
			done(abortedError(request.signal));
			return;
		}
		const now = this.#env.clock.now();
		if (request.access !== void 0) this.#shares.asked(request.access, now);
		if (!this.#room.enter(request, this.#whoAsks(), now, done)) return;
		this.#supply.pump();
		if (this.#room.queue.size > 0) this.#silence.start();
	}
	/**
	* Notes what a borrower does with its connection, where that was not said before.
	* @param force - also when this kind of work has its share already
	* @returns false when it has, and the borrower should ask again for this kind of access
	*/
	use(checkout, access, force) {
		if (!this.#loans.obeys(checkout, "use")) return true;
		const before = checkout.use;
		if (before === access || before === "write") return true;
		const granted = this.#loans.use(checkout, access, force, this.#env.clock.now());
		if (checkout.use !== before) this.#supply.pump();
		return granted;
	}
	/** Whether `end` was called. */
	get ended() {
		return !this.#isOpen;
	}
	/** How often a connection was lent so far. */
	get served() {
		return this.#loans.served;
	}
	/** Takes a connection back. A loan that has ended is refused: the connection may be another borrower's by now. */
	release(checkout) {
		if (!this.#loans.obeys(checkout, "release")) return;
		const now = this.#env.clock.now();
		const { connection } = checkout;
		this.#loans.end(checkout, now);
		if (!connection.resource.alive) this.#connections.drop(connection, "broken");
		else if (connection.resource.needsCleaning && this.#whyNotKeep(connection, now) === void 0) {
			this.#connections.clean(connection);
			this.#supply.pump();
		} else this.#receive(connection, now);
	}
	/** Takes a connection back to close it at once; a loan that has ended is refused. */
	discard(checkout) {
		if (!this.#loans.obeys(checkout, "destroy")) return;
		this.#loans.end(checkout, this.#env.clock.now());
		this.#connections.drop(checkout.connection, "destroyed");
	}
	/** Replaces every connection that is open or being opened now, each as soon as nobody needs it. */
	refresh() {
		this.#refreshedAt = this.#env.clock.now();
		for (const home of this.#homes.all) for (const connection of Array.from(home.all)) this.#connections.retire(connection, "refreshed");
	}
	status() {
		return takeStatus({
			options: this.#options,
			state: this.#ending.state,
			homes: this.#homes.all,
			waiting: this.#room.queue.size,
			served: this.#loans.served,
			acquireTimeouts: this.#room.timeouts,
			staleCheckouts: this.#loans.stale,
			now: this.#env.clock.now()
		});
	}
	/** Rejects waiters, closes what rests, gives lent connections until `endTimeout`; then calls every caller's `done`. */
	end(done) {
		this.#ending.begin(done);
	}
	get #isOpen() {
		return this.#ending.state === "open";
	}
	/** To be named if the connection never comes back. */
	#whoAsks() {
		return this.#options.leakDetectionThreshold > 0 ? /* @__PURE__ */ new Error("borrowed here") : void 0;
	}
	/** An idle connection that can be lent as it is. */
	#takeFresh(wanted, now) {
		for (;;) {
			const connection = this.#choice.newest(wanted, now);
			if (connection === void 0) return void 0;
			const usable = this.#whyNotKeep(connection, now) === void 0;
			if (usable && this.#choice.needsValidation(connection, now)) return void 0;
			this.#connections.takeOut(connection);
			if (usable) return connection;
			this.#receive(connection, now);
		}
	}
	/** For a waiter: the same, but one that has rested for long is asked first whether it still answers. */
	#useIdle(access, now) {
		const connection = this.#choice.newest(this.#shares.free(access, now), now);
		if (connection === void 0) return false;
		this.#connections.takeOut(connection);
		const served = this.#loans.served;
		if (this.#whyNotKeep(connection, now) === void 0 && this.#choice.needsValidation(connection, now)) this.#validate(connection);
		else this.#receive(connection, now);
		return this.#loans.served > served || !connection.isIdle;
	}
	#validate(connection) {
		this.#connections.validate(connection);
		this.#silence.start();
	}
	#opened(home, resource, duration, startedAt) {
		this.#housekeeper.start();
		const connection = this.#connections.adopt(home, resource, duration);
		this.#receive(connection, this.#env.clock.now());
		if (startedAt <= this.#refreshedAt) this.#connections.retire(connection, "refreshed");
	}
	/** A connection without a borrower: to the first waiter it can serve, or to rest, or away. */
	#receive(connection, now) {
		const reason = this.#whyNotKeep(connection, now);
		if (reason !== void 0) {
			this.#connections.close(connection, reason);
			this.#supply.pump();
			return;
		}
		const waiter = this.#firstFor(connection, now);
		if (waiter !== void 0) {
			this.#room.leave(waiter);
			waiter.done(null, this.#loans.begin(connection, waiter.access, waiter.borrowedAt, waiter.since, now));
			if (this.#room.queue.size > 0) this.#supply.pump();
			return;
		}
		if (this.#connections.idle.size >= this.#options.maxIdle) this.#connections.close(connection, "max idle");
		else {
			this.#connections.rest(connection, now);
			this.#housekeeper.start();
		}
		if (this.#room.queue.size > 0) this.#supply.pump();
	}
	#firstFor({ home }, now) {
		const { queue } = this.#room;
		return queue.size === 0 ? void 0 : queue.first(this.#shares.narrow(home.host.serves, now));
	}
	#whyNotKeep(connection, now) {
		if (connection.resource.alive && !this.#isOpen) return "pool ended";
		return reasonToClose(connection, now);
	}
	#closed({ home }) {
		this.#changes.forgetIfGone(home);
		if (this.#isOpen) this.#supply.placeFreed();
		else this.#ending.goOn();
	}
	#stop() {
		this.#housekeeper.stop();
		this.#silence.stop();
		this.#supply.stop();
		this.#room.failAll(() => closedError(this.#options.poolName));
		for (const home of this.#homes.all) this.#connections.closeIdle(home, "pool ended");
	}
	#endByForce() {
		const now = this.#env.clock.now();
		for (const home of this.#homes.all) for (const connection of Array.from(home.all)) {
			if (connection.checkout !== void 0) this.#loans.takeAway(connection.checkout, now);
			this.#connections.drop(connection, "pool ended");
		}
	}
};
// packages/core/src/pool/event-names.ts
/** As data, for callers that no compiler checks. */
const EVENT_NAMES = {
	connectionOpened: true,
	connectionClosed: true,
	connectFailed: true,
	acquire: true,
	enqueue: true,
	release: true,
	acquireTimeout: true,
	hostAdded: true,
	hostRemoved: true,
	hostUp: true,
	hostSuspect: true,
	hostDown: true,
	hostDraining: true,
	allHostsDown: true,
	leak: true,
	leakReturned: true,
	warning: true,
	end: true
};
/**
* Checks what a pool is to listen with: a misspelt event would never be heard, and nothing would say so.
* @throws ERR_HOSTPOOL_UNSUPPORTED
*/
function checkListener(call, event, listener) {
	if (typeof event !== "string" || !Object.hasOwn(EVENT_NAMES, event)) {
		const names = Object.keys(EVENT_NAMES).join(", ");
		throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `${call}(): a pool has no event ${typeof event === "string" ? JSON.stringify(event) : `a value of type ${typeof event}`}; its events are ${names}`);
	}
	if (typeof listener === "function") return;
	throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `${call}('${event}'): the listener has to be a function, not ${listener === null ? "null" : typeof listener}`);
}
// packages/core/src/pool/pool-check.ts
/** @param heard - what was heard of each host: null for a good answer; nothing where none came */
function takeCheck(hosts, heard) {
	const wellFor = (access) => hosts.some((host) => heard.get(host) === null && host.serves[access]);
	return Object.freeze({
		readable: wellFor("read"),
		writable: wellFor("write"),
		hosts: Object.freeze(hosts.map((host) => hostCheck(host, heard.get(host))))
	});
}
function hostCheck({ name, state, condition }, heard) {
	const { reason, writable } = condition;
	return Object.freeze({
		name,
		state,
		reason,
		writable,
		answered: heard === null,
		error: heard ?? void 0
	});
}
// packages/core/src/session/decodings.ts
/**
* A borrower's decoding completed with the pool's. The same object in gives the same object out, because the driver compares
* decodings by identity: a borrower costs nothing when it decodes like the last one on its connection.
*/
var Decodings = class {
	#pool;
	#completed = /* @__PURE__ */ new WeakMap();
	constructor(pool) {
		this.#pool = pool;
	}
	/** @throws ERR_HOSTPOOL_UNSUPPORTED where the borrower's own has faults */
	for(given) {
		if (given === void 0 || given === this.#pool) return this.#pool;
		const known = this.#completed.get(given);
		if (known !== void 0) return known;
		checkDecoding(given);
		const completed = Object.freeze({
			...this.#pool,
			...given
		});
		this.#completed.set(given, completed);
		this.#completed.set(completed, completed);
		return completed;
	}
};
// node_modules/.pnpm/sql-escaper@1.9.0/node_modules/sql-escaper/lib/index.mjs
const EXPAND_SYMBOL = /* @__PURE__ */ Symbol.for("sql-escaper.expand");
const MAY_OPEN_QUOTE_OR_COMMENT = /* @__PURE__ */ new Uint8Array(128);
const SET_CLAUSE_TERMINATORS_BY_FIRST = {};
const SET_CLAUSE_TERMINATORS = [
	"where",
	"order",
	"group",
	"having",
	"limit",
	"union",
	"returning",
	"into",
	"for",
	"lock",
	"offset",
	"window",
	"procedure",
	"on"
];
const regex = {
	backtick: /`/g,
	dot: /\./g,
	timezone: /([+\-\s])(\d\d):?(\d\d)?/,
	escapeChars: /[\0\b\t\n\r\x1a"'\\]/g
};
const sqlModeFlag = {
	ansiQuotes: 1,
	noBackslashEscapes: 2
};
const sqlModeByFlags = [
	void 0,
	Object.freeze({
		ansiQuotes: true,
		noBackslashEscapes: false
	}),
	Object.freeze({
		ansiQuotes: false,
		noBackslashEscapes: true
	}),
	Object.freeze({
		ansiQuotes: true,
		noBackslashEscapes: true
	})
];
const charCode = {
	singleQuote: 39,
	doubleQuote: 34,
	backtick: 96,
	backslash: 92,
	hash: 35,
	dash: 45,
	slash: 47,
	asterisk: 42,
	exclamation: 33,
	plus: 43,
	questionMark: 63,
	comma: 44,
	openParen: 40,
	closeParen: 41,
	semicolon: 59,
	newline: 10,
	space: 32,
	tab: 9,
	carriageReturn: 13
};
const NOT_SEARCHED = -2;
const hasOwnProperty = Object.prototype.hasOwnProperty;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.singleQuote] = 1;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.doubleQuote] = 1;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.backtick] = 1;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.hash] = 1;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.dash] = 1;
MAY_OPEN_QUOTE_OR_COMMENT[charCode.slash] = 1;
for (const word of SET_CLAUSE_TERMINATORS) {
	const first = word.charCodeAt(0);
	const bucket = SET_CLAUSE_TERMINATORS_BY_FIRST[first];
	if (bucket) bucket.push(word);
	else SET_CLAUSE_TERMINATORS_BY_FIRST[first] = [word];
}
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Set) && !(value instanceof Map);
const isWordChar = (code) => code >= 65 && code <= 90 || code >= 97 && code <= 122 || code >= 48 && code <= 57 || code === 95;
const isWhitespace = (code) => code === charCode.space || code === charCode.tab || code === charCode.newline || code === charCode.carriageReturn;
const toLower = (code) => code | 32;
const matchesWord = (sql, position, word, length) => {
	const wordLength = word.length;
	for (let offset = 0; offset < wordLength; offset++) if (toLower(sql.charCodeAt(position + offset)) !== word.charCodeAt(offset)) return false;
	return (position === 0 || !isWordChar(sql.charCodeAt(position - 1))) && (position + wordLength >= length || !isWordChar(sql.charCodeAt(position + wordLength)));
};
const skipLineComment = (sql, start) => {
	const lineBreak = sql.indexOf("\n", start);
	return lineBreak === -1 ? sql.length : lineBreak + 1;
};
const skipQuotedWithoutEscapes = (sql, position, quote) => {
	const length = sql.length;
	for (let cursor = position + 1; cursor < length; cursor++) {
		if (sql.charCodeAt(cursor) !== quote) continue;
		if (sql.charCodeAt(cursor + 1) === quote) {
			cursor++;
			continue;
		}
		return cursor + 1;
	}
	return length;
};
const skipSqlContext = (sql, position, modeFlags) => {
	const currentChar = sql.charCodeAt(position);
	if (currentChar === charCode.singleQuote || currentChar === charCode.doubleQuote) {
		if ((modeFlags & sqlModeFlag.noBackslashEscapes) !== 0 || (modeFlags & sqlModeFlag.ansiQuotes) !== 0 && currentChar === charCode.doubleQuote) return skipQuotedWithoutEscapes(sql, position, currentChar);
		const length = sql.length;
		for (let cursor = position + 1; cursor < length; cursor++) {
			const code = sql.charCodeAt(cursor);
			if (code === charCode.backslash) cursor++;
			else if (code === currentChar) return cursor + 1;
		}
		return length;
	}
	if (currentChar === charCode.backtick) return skipQuotedWithoutEscapes(sql, position, currentChar);
	if (currentChar === charCode.hash) return skipLineComment(sql, position + 1);
	const nextChar = sql.charCodeAt(position + 1);
	if (currentChar === charCode.dash && nextChar === charCode.dash) {
		const afterDash = sql.charCodeAt(position + 2);
		if (Number.isNaN(afterDash) || afterDash <= charCode.space) return skipLineComment(sql, position + 2);
		return -1;
	}
	if (currentChar === charCode.slash && nextChar === charCode.asterisk) {
		const markerChar = sql.charCodeAt(position + 2);
		if (markerChar === charCode.exclamation || markerChar === charCode.plus) return -1;
		const commentEnd = sql.indexOf("*/", position + 2);
		return commentEnd === -1 ? sql.length : commentEnd + 2;
	}
	return -1;
};
const findNextPlaceholder = (sql, start, modeFlags) => {
	const sqlLength = sql.length;
	for (let position = start; position < sqlLength; position++) {
		const code = sql.charCodeAt(position);
		if (code === charCode.questionMark) return position;
		if (code < 128 && MAY_OPEN_QUOTE_OR_COMMENT[code]) {
			const contextEnd = skipSqlContext(sql, position, modeFlags);
			if (contextEnd !== -1) position = contextEnd - 1;
		}
	}
	return -1;
};
const isInSetAssignmentList = (sql, setEnd, placeholderPosition, modeFlags) => {
	const length = sql.length;
	let depth = 0;
	let sawContent = false;
	let lastWasComma = false;
	for (let position = setEnd; position < placeholderPosition;) {
		const code = sql.charCodeAt(position);
		if (code < 128 && MAY_OPEN_QUOTE_OR_COMMENT[code]) {
			const contextEnd = skipSqlContext(sql, position, modeFlags);
			if (contextEnd !== -1) {
				position = contextEnd;
				sawContent = true;
				lastWasComma = false;
				continue;
			}
		}
		if (isWhitespace(code)) {
			position++;
			continue;
		}
		if (code === charCode.openParen) {
			depth++;
			sawContent = true;
			lastWasComma = false;
			position++;
			continue;
		}
		if (code === charCode.closeParen) {
			if (--depth < 0) return false;
			sawContent = true;
			lastWasComma = false;
			position++;
			continue;
		}
		if (isWordChar(code)) {
			if (depth === 0 && !(code >= 48 && code <= 57)) {
				const bucket = SET_CLAUSE_TERMINATORS_BY_FIRST[toLower(code)];
				if (bucket) {
					for (const terminator of bucket) if (matchesWord(sql, position, terminator, length)) return false;
				}
			}
			do
				position++;
			while (position < placeholderPosition && isWordChar(sql.charCodeAt(position)));
			sawContent = true;
			lastWasComma = false;
			continue;
		}
		if (depth === 0) {
			if (code === charCode.semicolon) return false;
			if (code === charCode.comma) {
				lastWasComma = true;
				sawContent = true;
				position++;
				continue;
			}
		}
		sawContent = true;
		lastWasComma = false;
		position++;
	}
	return depth === 0 && (!sawContent || lastWasComma);
};
const findSetKeyword = (sql, startFrom, modeFlags) => {
	const length = sql.length;
	for (let position = startFrom; position < length; position++) {
		const code = sql.charCodeAt(position);
		if (code < 128 && MAY_OPEN_QUOTE_OR_COMMENT[code]) {
			const contextEnd = skipSqlContext(sql, position, modeFlags);
			if (contextEnd !== -1) {
				position = contextEnd - 1;
				continue;
			}
		}
		const lower = toLower(code);
		if (lower === 115 && matchesWord(sql, position, "set", length)) return position + 3;
		if (lower === 107 && matchesWord(sql, position, "key", length)) {
			let cursor = position + 3;
			while (cursor < length && isWhitespace(sql.charCodeAt(cursor))) cursor++;
			if (matchesWord(sql, cursor, "update", length)) return cursor + 6;
		}
	}
	return -1;
};
const createSetAssignmentTest = (sql, modeFlags) => {
	let setIndex = NOT_SEARCHED;
	let nextSetIndex = -1;
	return (chunkIndex, placeholderPosition) => {
		let previous = placeholderPosition - 1;
		while (previous >= chunkIndex && isWhitespace(sql.charCodeAt(previous))) previous--;
		const previousChar = previous >= chunkIndex ? toLower(sql.charCodeAt(previous)) : 0;
		if (!(previousChar >= 97 && previousChar <= 122 || previousChar === charCode.comma)) return false;
		if (setIndex === NOT_SEARCHED) {
			setIndex = findSetKeyword(sql, 0, modeFlags);
			nextSetIndex = setIndex === -1 ? -1 : findSetKeyword(sql, setIndex, modeFlags);
		}
		while (nextSetIndex !== -1 && nextSetIndex <= placeholderPosition) {
			setIndex = nextSetIndex;
			nextSetIndex = findSetKeyword(sql, nextSetIndex, modeFlags);
		}
		return setIndex !== -1 && setIndex <= placeholderPosition && isInSetAssignmentList(sql, setIndex, placeholderPosition, modeFlags);
	};
};
const isDate = (value) => Object.prototype.toString.call(value) === "[object Date]";
const isTemporal = (value) => Object.prototype.toString.call(value).startsWith("[object Temporal.");
const hasSqlString = (value) => typeof value === "object" && value !== null && "toSqlString" in value && typeof value.toSqlString === "function";
const isOwn = (value, key) => hasOwnProperty.call(value, key);
const isExpandable = (value) => !(Array.isArray(value) || value instanceof Uint8Array || value instanceof Date || hasSqlString(value) || isDate(value)) && (isRecord(value) || value instanceof Map);
const isMarkable = (value) => typeof value === "object" && value !== null && isExpandable(value) && !hasOwnProperty.call(value, EXPAND_SYMBOL);
const isMark = (value) => isOwn(value, EXPAND_SYMBOL) && value[EXPAND_SYMBOL] === true && isOwn(value, "value") && isMarkable(value.value);
const escapeString = (value) => {
	const escapeChars = regex.escapeChars;
	escapeChars.lastIndex = 0;
	const first = escapeChars.exec(value);
	if (first === null) return `'${value}'`;
	const length = value.length;
	let result = "'" + value.slice(0, first.index);
	let chunkStart = first.index;
	for (let index = first.index; index < length; index++) {
		let escaped;
		switch (value.charCodeAt(index)) {
			case 0:
				escaped = "\\0";
				break;
			case 8:
				escaped = "\\b";
				break;
			case 9:
				escaped = "\\t";
				break;
			case 10:
				escaped = "\\n";
				break;
			case 13:
				escaped = "\\r";
				break;
			case 26:
				escaped = "\\Z";
				break;
			case 34:
				escaped = "\\\"";
				break;
			case 39:
				escaped = "\\'";
				break;
			case 92:
				escaped = "\\\\";
				break;
			default: continue;
		}
		result += value.slice(chunkStart, index) + escaped;
		chunkStart = index + 1;
	}
	return result + value.slice(chunkStart) + "'";
};
const quoteString = (value) => {
	let quotePosition = value.indexOf("'");
	if (quotePosition === -1) return `'${value}'`;
	let result = "'";
	let chunkStart = 0;
	while (quotePosition !== -1) {
		result += value.slice(chunkStart, quotePosition + 1) + "'";
		chunkStart = quotePosition + 1;
		quotePosition = value.indexOf("'", chunkStart);
	}
	return result + value.slice(chunkStart) + "'";
};
const readNoBackslashEscapes = (sqlMode) => {
	if (!hasOwnProperty.call(sqlMode, "noBackslashEscapes")) return false;
	const noBackslashEscapes = sqlMode.noBackslashEscapes;
	if (noBackslashEscapes === void 0) return false;
	if (typeof noBackslashEscapes !== "boolean") throw new TypeError(`sqlMode.noBackslashEscapes must be a boolean, received ${noBackslashEscapes === null ? "null" : typeof noBackslashEscapes}`);
	return noBackslashEscapes;
};
const toModeFlags = (sqlMode) => {
	if (sqlMode === void 0 || sqlMode === null) return 0;
	return (sqlMode.ansiQuotes === true ? sqlModeFlag.ansiQuotes : 0) | (readNoBackslashEscapes(sqlMode) ? sqlModeFlag.noBackslashEscapes : 0);
};
const escapeText = (value, modeFlags) => (modeFlags & sqlModeFlag.noBackslashEscapes) === 0 ? escapeString(value) : quoteString(value);
const pad2 = (value) => value < 10 ? "0" + value : "" + value;
const pad3 = (value) => value < 10 ? "00" + value : value < 100 ? "0" + value : "" + value;
const pad4 = (value) => value < 10 ? "000" + value : value < 100 ? "00" + value : value < 1e3 ? "0" + value : "" + value;
const convertTimezone = (timezone) => {
	if (timezone === "Z") return 0;
	const timezoneMatch = timezone.match(regex.timezone);
	if (timezoneMatch) return (timezoneMatch[1] === "-" ? -1 : 1) * (Number.parseInt(timezoneMatch[2], 10) + (timezoneMatch[3] ? Number.parseInt(timezoneMatch[3], 10) : 0) / 60) * 60;
	return false;
};
const writeDate = (date, timezone, modeFlags) => {
	if (Number.isNaN(date.getTime())) return "NULL";
	let year;
	let month;
	let day;
	let hour;
	let minute;
	let second;
	let millisecond;
	if (timezone === "local") {
		year = date.getFullYear();
		month = date.getMonth() + 1;
		day = date.getDate();
		hour = date.getHours();
		minute = date.getMinutes();
		second = date.getSeconds();
		millisecond = date.getMilliseconds();
	} else {
		const timezoneOffsetMinutes = convertTimezone(timezone);
		let time = date.getTime();
		if (timezoneOffsetMinutes !== false && timezoneOffsetMinutes !== 0) time += timezoneOffsetMinutes * 6e4;
		const adjustedDate = new Date(time);
		year = adjustedDate.getUTCFullYear();
		month = adjustedDate.getUTCMonth() + 1;
		day = adjustedDate.getUTCDate();
		hour = adjustedDate.getUTCHours();
		minute = adjustedDate.getUTCMinutes();
		second = adjustedDate.getUTCSeconds();
		millisecond = adjustedDate.getUTCMilliseconds();
	}
	return escapeText(pad4(year) + "-" + pad2(month) + "-" + pad2(day) + " " + pad2(hour) + ":" + pad2(minute) + ":" + pad2(second) + "." + pad3(millisecond), modeFlags);
};
const writeTemporal = (value, timezone, modeFlags) => {
	if (typeof value.epochMilliseconds === "number") return writeDate(new Date(value.epochMilliseconds), timezone || "local", modeFlags);
	if (value[Symbol.toStringTag] === "Temporal.PlainDateTime") return escapeText(value.toString().replace("T", " "), modeFlags);
	return escapeText(value.toString(), modeFlags);
};
const escapeId$1 = (value, forbidQualified) => {
	if (Array.isArray(value)) {
		const length = value.length;
		let sql = "";
		for (let index = 0; index < length; index++) {
			if (index > 0) sql += ", ";
			sql += escapeId$1(value[index], forbidQualified);
		}
		return sql;
	}
	const identifier = String(value);
	if (identifier.indexOf("`") === -1) {
		if (forbidQualified || identifier.indexOf(".") === -1 || identifier.indexOf("->") !== -1) return `\`${identifier}\``;
		return `\`${identifier.replace(regex.dot, "`.`")}\``;
	}
	const quoted = identifier.replace(regex.backtick, "``");
	if (forbidQualified || identifier.indexOf("->") !== -1) return `\`${quoted}\``;
	return `\`${quoted.replace(regex.dot, "`.`")}\``;
};
const writeAssignments = (object, timezone, modeFlags) => {
	let sql = "";
	if (object instanceof Map) {
		for (const [key, value] of object) {
			if (typeof value === "function") continue;
			if (sql.length > 0) sql += ", ";
			sql += escapeId$1(String(key));
			sql += " = ";
			sql += escapeValue(value, true, timezone, false, modeFlags);
		}
		return sql;
	}
	for (const key in object) {
		if (!hasOwnProperty.call(object, key)) continue;
		const value = object[key];
		if (typeof value === "function") continue;
		if (sql.length > 0) sql += ", ";
		sql += escapeId$1(key);
		sql += " = ";
		sql += escapeValue(value, true, timezone, false, modeFlags);
	}
	return sql;
};
const bufferToString = (buffer) => `X${escapeString(buffer.toString("hex"))}`;
const writeList = (array, timezone, modeFlags) => {
	const length = array.length;
	let sql = "";
	for (let index = 0; index < length; index++) {
		if (index > 0) sql += ", ";
		const value = array[index];
		if (Array.isArray(value)) sql += `(${writeList(value, timezone, modeFlags)})`;
		else if (value instanceof Set) sql += `(${writeList(Array.from(value), timezone, modeFlags)})`;
		else sql += escapeValue(value, true, timezone, false, modeFlags);
	}
	return sql;
};
const escapeValue = (value, stringifyObjects, timezone, topLevel, modeFlags) => {
	if (value === void 0 || value === null) return "NULL";
	switch (typeof value) {
		case "boolean": return value ? "true" : "false";
		case "number":
		case "bigint": return value + "";
		case "object":
			if (isDate(value)) return writeDate(value, timezone || "local", modeFlags);
			if (isTemporal(value)) return writeTemporal(value, timezone, modeFlags);
			if (Array.isArray(value)) return writeList(value, timezone, modeFlags);
			if (value instanceof Set) return writeList(Array.from(value), timezone, modeFlags);
			if (Buffer$1.isBuffer(value)) return bufferToString(value);
			if (value instanceof Uint8Array) return bufferToString(Buffer$1.from(value));
			if (hasSqlString(value)) return String(value.toSqlString(sqlModeByFlags[modeFlags]));
			if (topLevel && isMark(value)) return writeAssignments(value.value, timezone, modeFlags);
			if (!(stringifyObjects === void 0 || stringifyObjects === null)) return escapeText(String(value), modeFlags);
			if (isRecord(value) || value instanceof Map) return writeAssignments(value, timezone, modeFlags);
			return escapeText(String(value), modeFlags);
		case "string": return escapeText(value, modeFlags);
		default: return escapeText(String(value), modeFlags);
	}
};
const escape$1 = (value, stringifyObjects, timezone, sqlMode) => escapeValue(value, stringifyObjects, timezone, true, toModeFlags(sqlMode));
const format = (sql, values, stringifyObjects, timezone, sqlMode) => {
	if (values === void 0 || values === null) return sql;
	const modeFlags = toModeFlags(sqlMode);
	const valuesArray = Array.isArray(values) ? values : [values];
	const length = valuesArray.length;
	let isSetAssignment;
	let result = "";
	let chunkIndex = 0;
	let valuesIndex = 0;
	let placeholderPosition = findNextPlaceholder(sql, 0, modeFlags);
	while (valuesIndex < length && placeholderPosition !== -1) {
		let placeholderEnd = placeholderPosition + 1;
		while (sql.charCodeAt(placeholderEnd) === charCode.questionMark) placeholderEnd++;
		const placeholderLength = placeholderEnd - placeholderPosition;
		if (placeholderLength > 2) {
			placeholderPosition = findNextPlaceholder(sql, placeholderEnd, modeFlags);
			continue;
		}
		const currentValue = valuesArray[valuesIndex];
		let escapedValue;
		if (placeholderLength === 2) escapedValue = escapeId$1(currentValue);
		else if (typeof currentValue === "number" || typeof currentValue === "bigint") escapedValue = `${currentValue}`;
		else if (typeof currentValue !== "object" || currentValue === null || stringifyObjects) escapedValue = escapeValue(currentValue, stringifyObjects, timezone, true, modeFlags);
		else if (!isExpandable(currentValue)) escapedValue = escapeValue(currentValue, true, timezone, false, modeFlags);
		else if (isMark(currentValue)) escapedValue = writeAssignments(currentValue.value, timezone, modeFlags);
		else {
			if (isSetAssignment === void 0) isSetAssignment = createSetAssignmentTest(sql, modeFlags);
			escapedValue = isSetAssignment(chunkIndex, placeholderPosition) ? writeAssignments(currentValue, timezone, modeFlags) : escapeValue(currentValue, true, timezone, false, modeFlags);
		}
		result += sql.slice(chunkIndex, placeholderPosition);
		result += escapedValue;
		chunkIndex = placeholderEnd;
		valuesIndex++;
		placeholderPosition = findNextPlaceholder(sql, placeholderEnd, modeFlags);
	}
	if (chunkIndex === 0) return sql;
	if (chunkIndex < sql.length) return result + sql.slice(chunkIndex);
	return result;
};
// packages/core/src/driver/sql-text.ts
/** What mysql2's connection turns named placeholders into question marks with; its public types leave it out. */
const CONNECTION = mysql2.Connection.prototype;
const NOTHING_CONFIGURED = { config: {} };
const BY_DOUBLING = Object.freeze({ noBackslashEscapes: true });
/** An older sql-escaper ignores the mode, and would go on escaping by backslash. */
const knowsMode = escape$1("'", false, "Z", BY_DOUBLING) === "''''";
/** Puts values in, as a session with this mode reads them. Without NO_BACKSLASH_ESCAPES, byte for byte what mysql2 makes of them. */
function formatSql(sql, values, options) {
	const { noBackslashEscapes, stringifyObjects, timezone } = options;
	if (options.namedPlaceholders === true && !Array.isArray(values)) {
		const named = withQuestionMarks(sql, values, noBackslashEscapes);
		return format(named.sql, named.values, stringifyObjects, timezone, modeOf(noBackslashEscapes));
	}
	return format(sql, values, stringifyObjects, timezone, modeOf(noBackslashEscapes));
}
/** Writes one value, as a session with this mode reads it. Objects are written as mysql2's `escape` is told to. */
function escapeSql(value, options) {
	const { noBackslashEscapes, stringifyObjects, timezone } = options;
	return escape$1(value, stringifyObjects, timezone, modeOf(noBackslashEscapes));
}
function modeOf(noBackslashEscapes) {
	if (!noBackslashEscapes) return void 0;
	if (!knowsMode) throw new Error("sql-escaper before 1.9.0 cannot write values for NO_BACKSLASH_ESCAPES; update it");
	return BY_DOUBLING;
}
/** mysql2's reading of names takes every backslash for the beginning of an escape; a pair of them means nothing to it. */
function withQuestionMarks(sql, values, noBackslashEscapes) {
	const hidden = noBackslashEscapes && sql.includes("\\");
	const statement = {
		sql: hidden ? sql.replaceAll("\\", "\\\\") : sql,
		values,
		namedPlaceholders: true
	};
	CONNECTION._resolveNamedPlaceholders.call(NOTHING_CONFIGURED, statement);
	if (hidden) statement.sql = statement.sql.replaceAll("\\\\", "\\");
	return statement;
}
// packages/core/src/statement/raw-values.ts
/** Values inside values; a cycle has no end. */
const DEEPEST = 8;
/**
* Whether a value brings SQL of its own (mysql2's `raw()`, anything with `toSqlString`): then the text that is sent is not the one
* that was looked at.
*/
function bringsSql(values) {
	return values !== void 0 && isOrHolds(values, 0);
}
function isOrHolds(value, depth) {
	if (typeof value !== "object" || value === null || Buffer.isBuffer(value) || value instanceof Date) return false;
	if (depth > DEEPEST || "toSqlString" in value && typeof value.toSqlString === "function") return true;
	if (Array.isArray(value)) return value.some((one) => typeof one === "object" && isOrHolds(one, depth + 1));
	return Object.values(value).some((one) => isOrHolds(one, depth + 1));
}
// packages/core/src/statement/pure-functions.ts
/**
* Words that may stand before an opening parenthesis in a statement that only reads. A word that is not listed may be a stored
* function, which can do anything.
*
* A name is listed only when no stored function of that name can be called by it, unquoted and unqualified, on MariaDB from 10.5
* and MySQL from 8.0.11 on. The proof, which `test/integration/statement-kind.test.ts` repeats on its server: for each word, a
* stored function of that name is made, and the word is called with and without a space before the parenthesis, in the
* `sql_mode`s that change how names are read. On MariaDB 10.11 and MySQL 9.7 none of these was run. Functions that only one
* family has, or that came later than those versions, are not listed: MD5 and SHA1 left MySQL's server with version 9, POINT
* and its like are no functions of MariaDB's parser, JSON_VALUE came with MySQL 8.0.21, JSON_PRETTY with MariaDB 10.10.
*
* Left out on purpose, too: GET_LOCK and its family, SLEEP, BENCHMARK, NEXTVAL, SETVAL, LOAD_FILE, MASTER_POS_WAIT and its
* family, and everything that waits for replication. LAST_INSERT_ID with an argument is told apart by the classifier.
*/
const words = (...lists) => lists.join(" ").split(" ");
/** No calls: keywords of expressions and clauses, and the types of CAST. */
const AFTER_KEYWORDS = words("all and any as between by case distinct div else except exists for from group having if in index inner interval is join key", "left like limit match mod natural not on or order outer over partition regexp right rlike row select some straight_join", "then union using values when where with xor", "binary char date datetime dec decimal double float int integer nchar numeric signed time timestamp unsigned varchar year");
/** Functions that are found with anything between their name and the parenthesis. */
const CALLS = words("avg", "abs acos asin atan atan2 ceil ceiling conv cos cot crc32 degrees exp floor format greatest least ln log log10 log2 oct pi", "pow power radians rand round sign sin sqrt tan truncate", "ascii bin bit_count bit_length char_length character_length compress concat concat_ws elt export_set field find_in_set", "from_base64 hex insert instr lcase length locate lower lpad ltrim make_set octet_length ord quote regexp_instr", "regexp_replace regexp_substr repeat replace reverse rpad rtrim sha2 soundex space strcmp substring_index to_base64 ucase", "uncompress uncompressed_length unhex upper weight_string aes_decrypt aes_encrypt charset coercibility collation convert", "extractvalue updatexml", "addtime convert_tz current_date current_time current_timestamp datediff day dayname dayofmonth dayofweek dayofyear", "from_days from_unixtime get_format hour last_day localtime localtimestamp makedate maketime microsecond minute month", "monthname period_add period_diff quarter sec_to_time second str_to_date subtime time_format time_to_sec timediff", "timestampadd timestampdiff to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear", "yearweek", "json_array json_array_append json_array_insert json_contains json_contains_path json_depth json_extract json_insert", "json_keys json_length json_merge_patch json_merge_preserve json_object json_quote json_remove json_replace json_search", "json_set json_type json_unquote json_valid", "st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull st_crosses", "st_difference st_dimension st_disjoint st_distance st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext", "st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb", "st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_issimple st_length st_linefromtext", "st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromtext st_pointfromwkb st_pointn st_polyfromtext", "st_srid st_startpoint st_symdifference st_touches st_union st_within st_x st_y mbrcontains mbrintersects mbroverlaps", "mbrwithin", "coalesce connection_id current_role current_user database default found_rows ifnull inet6_aton inet6_ntoa inet_aton", "inet_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull last_insert_id name_const nullif row_count schema user", "uuid uuid_short version");
/**
* Functions that are found only where the parenthesis follows at once, unless `sql_mode` has IGNORE_SPACE: with anything
* between, a stored function of that name is called. All window functions are here, and what some version's list has.
*/
const CALLS_AT_ONCE = words("bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max min std stddev stddev_pop stddev_samp sum", "var_pop var_samp variance", "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number", "cast extract mid position substr substring trim", "adddate curdate curtime date_add date_format date_sub now subdate sysdate", "session_user system_user");
// packages/core/src/statement/words.ts
/** May stand before a parenthesis without being a call of something unknown; `atOnce`: when nothing is between. */
const Before = {
	parenthesis: 512,
	parenthesisAtOnce: 1024
};
const FIRST_ID = 11;
/** Words that the classifier asks for. Their number is above the bits of `Before`. */
const ASKED_FOR = [
	"against",
	"analyze",
	"as",
	"autocommit",
	"connection_id",
	"currval",
	"delete",
	"dumpfile",
	"error_count",
	"for",
	"found_rows",
	"identity",
	"insert",
	"into",
	"join",
	"last_gtid",
	"last_insert_id",
	"lastval",
	"lateral",
	"load",
	"local",
	"lock",
	"next",
	"nextval",
	"outfile",
	"previous",
	"procedure",
	"ps_current_thread_id",
	"pseudo_thread_id",
	"recursive",
	"replace",
	"row",
	"row_count",
	"select",
	"share",
	"sql_calc_found_rows",
	"table",
	"update",
	"value",
	"values",
	"warning_count",
	"with",
	"wsrep_last_written_gtid"
];
/** The number of each such word. */
const Word = Object.fromEntries(ASKED_FOR.map((word, at) => [word, at + 1]));
/** The number of a word that the classifier asks for, 0 for others and for what is no word. */
function wordOf(token) {
	return token >> FIRST_ID;
}
const KNOWN = /* @__PURE__ */ new Map();
for (const word of AFTER_KEYWORDS) KNOWN.set(word, Before.parenthesis);
for (const word of CALLS) KNOWN.set(word, Before.parenthesis);
for (const word of CALLS_AT_ONCE) KNOWN.set(word, Before.parenthesisAtOnce);
for (const [at, word] of ASKED_FOR.entries()) KNOWN.set(word, (KNOWN.get(word) ?? 0) | at + 1 << FIRST_ID);
const LONGEST_WORD = Math.max(...Array.from(KNOWN.keys(), ({ length }) => length));
/** A hash table of its own, so that looking a word up makes no string of it. */
const SLOTS = 4096;
const TEXTS = Array.from({ length: SLOTS });
const TRAITS = new Int32Array(SLOTS);
for (const [word, traits] of KNOWN) {
	let slot = hashOf(word) & 4095;
	while (TEXTS[slot] !== void 0) slot = slot + 1 & 4095;
	TEXTS[slot] = word;
	TRAITS[slot] = traits;
}
function hashOf(word) {
	let hash = 2166136261;
	for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ (word.charCodeAt(at) | 32), 16777619);
	return hash;
}
/** What is known of the word from `start` to `end`; 0 when nothing is. */
function lookUpWord(hash, text, start, end) {
	for (let slot = hash & 4095;; slot = slot + 1 & 4095) {
		const word = TEXTS[slot];
		if (word === void 0) return 0;
		if (isWord(word, text, start, end)) return TRAITS[slot] ?? 0;
	}
}
function isWord(word, text, start, end) {
	const { length } = word;
	if (length !== end - start) return false;
	for (let at = 0; at < length; at += 1) if ((text.charCodeAt(start + at) | 32) !== (word.charCodeAt(at) | 32)) return false;
	return true;
}
// packages/core/src/statement/lexer.ts
/**
* What a token is. Symbols are their own character codes, all below 128; words are what `words.ts` knows of them, all from
* `word` on.
*/
const Token = {
	end: 0,
	/** `:=` */
	assign: 128,
	/** A name in back quotes. */
	quotedName: 129,
	/** Text in single quotes. */
	string: 130,
	/** In double quotes: a name with ANSI_QUOTES, text without. */
	doubleQuoted: 131,
	/** Something that this lexer does not know how the server reads. Nothing after it can be trusted. */
	odd: 132,
	word: 256
};
/** Symbols that mean something to the classifier. */
const Mark = {
	open: 40,
	close: 41,
	comma: 44,
	dot: 46,
	colon: 58,
	semicolon: 59,
	equals: 61,
	question: 63,
	at: 64
};
/** What begins with a character; one of no class is odd. */
const SPACE = 1;
const WORD = 2;
/** A number, or a word. */
const DIGIT = 5;
/** A token of this one character. */
const SYMBOL = 3;
/** Quotes, and what may be a comment or a longer symbol. */
const LONGER = 4;
const CLASSES = /* @__PURE__ */ new Uint8Array(128);
for (const char of " 	\n\v\f\r") CLASSES[char.charCodeAt(0)] = SPACE;
for (const char of "!%&()*+,.;<=>?@^{|}~") CLASSES[char.charCodeAt(0)] = SYMBOL;
for (const char of "-/#:'\"`") CLASSES[char.charCodeAt(0)] = LONGER;
for (let code = 0; code < 128; code += 1) if (/[A-Za-z_$]/.test(String.fromCharCode(code))) CLASSES[code] = WORD;
for (const digit of "0123456789") CLASSES[digit.charCodeAt(0)] = DIGIT;
const SEED = 2166136261;
const PRIME = 16777619;
/**
* Cuts a statement into the tokens that MySQL and MariaDB cut it into, one at a time, in linear time and without keeping them.
* Comments and white space are left out. What the two read differently, or what depends on more than quotes, is `odd`.
*/
var Lexer = class {
	text;
	#escapes;
	/** Where the current token begins, and where it ends. */
	start = 0;
	end = 0;
	/** Whether a backslash was met in single quotes, or in double quotes: only then the escapes matter. */
	backslashInSingleQuotes = false;
	backslashInDoubleQuotes = false;
	constructor(text, escapes) {
		this.text = text;
		this.#escapes = escapes;
	}
	/** The next token. */
	next() {
		const { text } = this;
		const { length } = text;
		let at = this.end;
		while (at < length) {
			const code = text.charCodeAt(at);
			if (code > 127) return isOddBeyondAscii(code) ? this.#found(Token.odd, at, at) : this.#word(at);
			switch (CLASSES[code]) {
				case SPACE:
					at += 1;
					break;
				case WORD: return code === 36 ? this.#found(Token.odd, at, at) : this.#word(at);
				case DIGIT: return this.#number(at);
				case SYMBOL:
					this.start = at;
					this.end = at + 1;
					return code;
				case LONGER: {
					const after = this.#longer(code, at);
					if (after < 0) return this.#comesTo;
					at = after;
					break;
				}
				default: return this.#found(Token.odd, at, at);
			}
		}
		return this.#found(Token.end, length, length);
	}
	/** What the words table knows of a part of the text. */
	known(start, end) {
		let hash = SEED;
		for (let at = start; at < end; at += 1) {
			const code = this.text.charCodeAt(at);
			if (!isWordCharacter(code)) return 0;
			hash = Math.imul(hash ^ (code | 32), PRIME);
		}
		return lookUpWord(hash, this.text, start, end);
	}
	#comesTo = Token.end;
	#found(token, start, end) {
		this.start = start;
		this.end = end;
		return token;
	}
	/** Where the text goes on after a comment; -1 when `#comesTo` is the token that was found. */
	#longer(code, at) {
		const { text } = this;
		let token;
		switch (code) {
			case 39:
				token = this.#quoted(at, code, this.#escapes.inSingleQuotes, Token.string);
				break;
			case 34:
				token = this.#quoted(at, code, this.#escapes.inDoubleQuotes, Token.doubleQuoted);
				break;
			case 96:
				token = this.#quoted(at, code, false, Token.quotedName);
				break;
			case 35: return this.#lineComment(at + 1);
			case 45:
				if (text.charCodeAt(at + 1) === 45 && isBlank(text.charCodeAt(at + 2))) return this.#lineComment(at + 2);
				token = this.#found(code, at, at + 1);
				break;
			case 47:
				if (text.charCodeAt(at + 1) === 42) return this.#comment(at);
				token = this.#found(code, at, at + 1);
				break;
			case 58:
				token = text.charCodeAt(at + 1) === 61 ? this.#found(Token.assign, at, at + 2) : this.#found(code, at, at + 1);
				break;
			default: token = this.#found(code, at, at + 1);
		}
		this.#comesTo = token;
		return -1;
	}
	#word(start) {
		const { text } = this;
		let hash = SEED;
		let ascii = true;
		let at = start;
		for (const end = text.length; at < end; at += 1) {
			const code = text.charCodeAt(at);
			if (code < 128) {
				if (CLASSES[code] !== WORD && CLASSES[code] !== DIGIT) break;
				hash = Math.imul(hash ^ (code | 32), PRIME);
			} else if (isOddBeyondAscii(code)) break;
			else ascii = false;
		}
		this.start = start;
		this.end = at;
		const length = at - start;
		return ascii && length > 1 && length <= LONGEST_WORD ? Token.word | lookUpWord(hash, text, start, at) : Token.word;
	}
	/**
	* A number, with a word's token. Servers let a word begin right behind a fraction or an exponent (`1.5into @a`), and have names
	* that begin with digits: what could be either is odd.
	*/
	#number(start) {
		const { text } = this;
		let end = this.#digits(start);
		const inFraction = text.charCodeAt(start - 1) === 46;
		const isFraction = text.charCodeAt(end) === 46;
		if (isFraction) end = this.#digits(end + 1);
		const isExponent = (text.charCodeAt(end) | 32) === 101;
		if (isExponent) {
			const sign = text.charCodeAt(end + 1);
			const isSigned = sign === 43 || sign === 45;
			const after = this.#digits(end + (isSigned ? 2 : 1));
			if (isDigit(text.charCodeAt(after - 1))) end = after;
			else if (isSigned) return this.#found(Token.odd, start, start);
			else if (!isFraction && !inFraction) return this.#word(start);
		}
		if (!isWordCharacter(text.charCodeAt(end))) return this.#found(Token.word, start, end);
		return isFraction || inFraction || isExponent ? this.#found(Token.odd, start, start) : this.#word(start);
	}
	#digits(from) {
		let at = from;
		while (isDigit(this.text.charCodeAt(at))) at += 1;
		return at;
	}
	#quoted(start, quote, escaped, token) {
		const { text } = this;
		const { length } = text;
		for (let at = start + 1; at < length; at += 1) {
			const code = text.charCodeAt(at);
			if (code === quote) {
				if (text.charCodeAt(at + 1) !== quote) return this.#found(token, start, at + 1);
				at += 1;
			} else if (code === 92) {
				if (quote === 39) this.backslashInSingleQuotes = true;
				else if (quote === 34) this.backslashInDoubleQuotes = true;
				if (escaped) at += 1;
			} else if (code === 0 && quote !== 39) break;
		}
		return this.#found(Token.odd, start, length);
	}
	#lineComment(from) {
		const { text } = this;
		const { length } = text;
		for (let at = from; at < length; at += 1) {
			const code = text.charCodeAt(at);
			if (code === 10) return at + 1;
			if (code === 0) return this.#odd(at);
		}
		return length;
	}
	/** Comments that are run are odd, and so are hints with quotes: a comment's end in those does not end them. */
	#comment(start) {
		const { text } = this;
		const { length } = text;
		const first = text.charCodeAt(start + 2);
		if (first === 33) return this.#odd(start);
		if ((first | 32) === 109 && text.charCodeAt(start + 3) === 33) return this.#odd(start);
		const hint = first === 43;
		for (let at = start + 2; at < length; at += 1) {
			const code = text.charCodeAt(at);
			if (code === 42 && text.charCodeAt(at + 1) === 47) return at + 2;
			if (code === 0) break;
			if (hint && (code === 34 || code === 39 || code === 96 || code === 92)) break;
		}
		return this.#odd(start);
	}
	#odd(at) {
		this.#comesTo = this.#found(Token.odd, at, this.text.length);
		return -1;
	}
};
/** Beyond ASCII as well. Past the end, `code` is NaN. */
function isWordCharacter(code) {
	return code > 127 || CLASSES[code] === WORD || CLASSES[code] === DIGIT;
}
function isDigit(code) {
	return code >= 48 && code <= 57;
}
/** After two dashes: what makes them a comment. Past the end, `code` is NaN. */
function isBlank(code) {
	return !(code > 32) || code === 127;
}
/**
* Characters beyond ASCII that are white space or nothing at all in some character set or other: a server may see two words
* where they stand.
*/
function isOddBeyondAscii(code) {
	if (code <= 160) return true;
	if (code < 5760) return code === 173;
	if (code < 8192) return code === 5760 || code === 6158;
	if (code <= 8303) return code <= 8207 || code >= 8232 && code <= 8239 || code >= 8287;
	return code === 12288 || code === 65279 || code >= 65520 && code <= 65535;
}
// packages/core/src/statement/with-lists.ts
/** What may come next in the list after a WITH. */
const Next = {
	name: 0,
	afterName: 1,
	columns: 2,
	as: 3,
	open: 4,
	body: 5,
	afterBody: 6
};
/**
* Follows the lists of common table expressions, `WITH a (x, y) AS (…), b (z) AS (…)`: there a name with a parenthesis after it
* is no call. Anything that is not exactly such a list ends it.
*/
var WithLists = class {
	#depths = [];
	#next = [];
	begin(depth) {
		this.#depths.push(depth);
		this.#next.push(Next.name);
	}
	/** Takes in a token, and how many parentheses are open after it. Says whether the token is the name of such an expression. */
	take(token, depth) {
		let top = this.#depths.length - 1;
		while (top >= 0 && depth < (this.#depths[top] ?? 0)) {
			this.#end();
			top -= 1;
		}
		if (top < 0 || depth > (this.#depths[top] ?? 0)) {
			if (top >= 0 && token === Mark.open && depth === (this.#depths[top] ?? 0) + 1) this.#opened(top);
			return false;
		}
		const next = this.#step(token, this.#next[top]);
		if (next === void 0) this.#end();
		else this.#next[top] = next;
		return next === Next.afterName;
	}
	#opened(top) {
		const now = this.#next[top];
		if (now === Next.afterName) this.#next[top] = Next.columns;
		else if (now === Next.open) this.#next[top] = Next.body;
		else this.#end();
	}
	#step(token, now) {
		switch (now) {
			case Next.name:
				if (wordOf(token) === Word.recursive) return Next.name;
				return token >= Token.word || token === Token.quotedName || token === Token.doubleQuoted ? Next.afterName : void 0;
			case Next.afterName:
			case Next.as: return wordOf(token) === Word.as ? Next.open : void 0;
			case Next.columns: return token === Mark.close ? Next.as : void 0;
			case Next.body: return token === Mark.close ? Next.afterBody : void 0;
			case Next.afterBody: return token === Mark.comma ? Next.name : void 0;
			default: return;
		}
	}
	#end() {
		this.#depths.pop();
		this.#next.pop();
	}
};
// packages/core/src/statement/reading.ts
/** What can be noticed in a statement, as bits. */
const Noticed = {
	/** A call of a function that is not known to be harmless. */
	call: 1,
	/** `:=` */
	assignment: 2,
	/** INTO something that is not a file. */
	into: 4,
	file: 8,
	/** FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE. */
	locks: 16,
	/** INSERT, REPLACE, UPDATE, DELETE, not as functions. */
	changes: 32,
	/** NEXT VALUE FOR and its like. */
	sequence: 64,
	procedure: 128,
	analyze: 256,
	/** LAST_INSERT_ID(…) with an argument. */
	setsId: 512,
	countsRows: 1024,
	asksStatement: 2048,
	asksRows: 4096,
	asksId: 8192,
	asksConnection: 16384,
	load: 32768,
	local: 65536,
	/** A query within it, and a call as above after its beginning. */
	query: 1 << 17,
	callInQuery: 1 << 18,
	/** A name of something that SET does with a commit before it. */
	autocommit: 1 << 19
};
const ASCII_WORD = /^\w+$/;
/** One reading of a text, token after token, and what was noticed on the way. */
var Reading = class {
	lexer;
	/** The token that is read now, and the two before it. */
	token = Token.end;
	before = Token.end;
	beforeThat = Token.end;
	/** Open parentheses. */
	depth = 0;
	noticed = 0;
	/** The name read now is one of a table: a parenthesis after it begins a list of columns. */
	tableName = false;
	#with;
	/** Between `@@` and the end of a variable's name. */
	#inVariable = false;
	constructor(text, escapes) {
		this.lexer = new Lexer(text, escapes);
	}
	is(token) {
		return this.token === token;
	}
	get ended() {
		return this.token === Token.end || this.token === Token.odd || this.token === Mark.semicolon;
	}
	/** The number of the word read now, see `words.ts`. */
	get word() {
		return wordOf(this.token);
	}
	/** The word read now in lower case, '' for anything else. */
	get text() {
		if (this.token < Token.word) return "";
		const { text, start, end } = this.lexer;
		const word = end - start > 32 ? "" : text.slice(start, end);
		return ASCII_WORD.test(word) ? word.toLowerCase() : "";
	}
	/** Whether the token read now can name something. */
	get isName() {
		return this.token >= Token.word || this.token === Token.quotedName || this.token === Token.doubleQuoted;
	}
	advance() {
		const { lexer } = this;
		const { start, end } = lexer;
		const token = lexer.next();
		const before = this.token;
		this.beforeThat = this.before;
		this.before = before;
		this.token = token;
		const atOnce = lexer.start === end;
		if (token >= Token.word) this.#readWord(token, before, atOnce);
		else if (token === Mark.open) {
			this.depth += 1;
			if (before >= Token.quotedName || before === Mark.question) this.#readParenthesis(before, atOnce, start, end);
		} else if (token === Mark.close) this.depth -= 1;
		else if (token === Token.quotedName || token === Token.doubleQuoted) this.#readQuotedName(before);
		else if (token === Token.assign) this.noticed |= Noticed.assignment;
		else if (token === Mark.at && before === Mark.at) this.#inVariable = true;
		if (before > Token.word) this.#readAfterWord(token, before);
		else if (before === Mark.open && wordOf(this.beforeThat) === Word.last_insert_id) this.noticed |= token === Mark.close ? Noticed.asksId : Noticed.setsId;
		this.tableName = this.#with?.take(token, this.depth) ?? false;
		if (wordOf(token) === Word.with) (this.#with ??= new WithLists()).begin(this.depth);
	}
	/** Reads on to the end of the statement. */
	finish() {
		while (!this.ended) this.advance();
	}
	#readWord(token, before, atOnce) {
		if (before === Mark.at && atOnce) {
			this.token = Token.word;
			if (this.#inVariable) this.#readVariable(wordOf(token));
			return;
		}
		const word = wordOf(token);
		if (this.#inVariable) {
			if (before === Mark.dot) this.#readVariable(word);
			else this.#inVariable = false;
		}
		if (word !== 0) this.#noticeWord(word, before);
	}
	#noticeWord(word, before) {
		switch (word) {
			case Word.for:
				if (wordOf(before) !== Word.value) break;
				if (wordOf(this.beforeThat) === Word.next) this.noticed |= Noticed.sequence;
				else if (wordOf(this.beforeThat) === Word.previous) this.noticed |= Noticed.sequence | Noticed.asksId;
				break;
			case Word.update:
				this.noticed |= wordOf(before) === Word.for ? Noticed.locks | Noticed.changes : Noticed.changes;
				break;
			case Word.share:
				if (wordOf(before) === Word.for) this.noticed |= Noticed.locks;
				break;
			case Word.lock:
				this.noticed |= Noticed.locks;
				break;
			case Word.delete:
				this.noticed |= Noticed.changes;
				break;
			case Word.procedure:
				this.noticed |= Noticed.procedure;
				break;
			case Word.analyze:
				this.noticed |= Noticed.analyze;
				break;
			case Word.sql_calc_found_rows:
				this.noticed |= Noticed.countsRows;
				break;
			case Word.table:
				if (before === Mark.open) this.noticed |= Noticed.query;
				break;
			case Word.load:
				this.noticed |= Noticed.load;
				break;
			case Word.local:
				this.noticed |= Noticed.local;
				break;
			case Word.select:
				this.noticed |= Noticed.query;
				break;
			case Word.autocommit:
				this.noticed |= Noticed.autocommit;
				break;
			case Word.nextval:
			case Word.currval: if (before === Mark.dot) this.noticed |= sequenceMember(word);
		}
	}
	/** Words that mean something by what comes after them. */
	#readAfterWord(token, before) {
		switch (wordOf(before)) {
			case Word.into:
				this.noticed |= wordOf(token) === Word.outfile || wordOf(token) === Word.dumpfile ? Noticed.file : Noticed.into;
				break;
			case Word.insert:
			case Word.replace:
				if (token !== Mark.open) this.noticed |= Noticed.changes;
				break;
			case Word.values: if (token === Mark.open || wordOf(token) === Word.row) this.noticed |= Noticed.query;
		}
	}
	#readParenthesis(before, atOnce, start, end) {
		if (this.tableName) return;
		const isWord = before >= Token.word;
		const word = isWord ? wordOf(before) : wordOf(this.lexer.known(start + 1, end - 1));
		if (word !== 0) this.#readCallOf(word, isWord);
		if (isWord && this.beforeThat !== Mark.dot && this.beforeThat !== Mark.colon) {
			if ((before & (atOnce ? Before.parenthesis | Before.parenthesisAtOnce : Before.parenthesis)) !== 0) return;
			if (word === Word.lateral && wordOf(this.beforeThat) === Word.join) return;
			if (word === Word.against && this.beforeThat === Mark.close) return;
		}
		if (wordOf(this.beforeThat) === Word.as && before !== Token.string) return;
		this.noticed |= (this.noticed & Noticed.query) === 0 ? Noticed.call : Noticed.call | Noticed.callInQuery;
	}
	#readCallOf(word, isWord) {
		if (word === Word.row_count) this.noticed |= Noticed.asksStatement;
		else if (word === Word.found_rows) this.noticed |= Noticed.asksRows;
		else if (word === Word.last_insert_id && !isWord) this.noticed |= Noticed.asksId;
		else if (word === Word.lastval || word === Word.wsrep_last_written_gtid) this.noticed |= Noticed.asksId;
		else if (word === Word.connection_id || word === Word.ps_current_thread_id) this.noticed |= Noticed.asksConnection;
	}
	#readQuotedName(before) {
		const { start, end } = this.lexer;
		if (before === Mark.dot || before === Mark.at) {
			const word = wordOf(this.lexer.known(start + 1, end - 1));
			if (this.#inVariable) this.#readVariable(word);
			if (word === Word.nextval || word === Word.currval) this.noticed |= sequenceMember(word);
		} else this.#inVariable = false;
		if (end - start === 12 && wordOf(this.lexer.known(start + 1, end - 1)) === Word.autocommit) this.noticed |= Noticed.autocommit;
	}
	#readVariable(word) {
		if (word === Word.warning_count || word === Word.error_count) this.noticed |= Noticed.asksStatement;
		else if (word === Word.identity || word === Word.last_insert_id) this.noticed |= Noticed.asksId;
		else if (word === Word.last_gtid) this.noticed |= Noticed.asksId;
		else if (word === Word.pseudo_thread_id) this.noticed |= Noticed.asksConnection;
		else if (word === Word.autocommit) this.noticed |= Noticed.autocommit;
	}
};
/** A sequence's next or last value, as `sql_mode` ORACLE writes it: a column's name elsewhere. */
function sequenceMember(word) {
	return word === Word.currval ? Noticed.sequence | Noticed.asksId : Noticed.sequence;
}
// packages/core/src/statement/transaction-statements.ts
const BEGIN = {
	kind: "begin",
	mayTaint: false,
	commitsFirst: true
};
const FOR_NEXT_TRANSACTION = {
	kind: "write",
	mayTaint: false,
	forNextTransaction: true
};
const TO_SAVEPOINT = {
	kind: "write",
	mayTaint: false
};
/** BEGIN and START TRANSACTION; undefined when it is something else, or nothing that a server takes. */
function readBegin(reading) {
	const begin = reading.text === "begin";
	reading.advance();
	if (begin) {
		takeIf(reading, "work");
		return reading.ended ? BEGIN : void 0;
	}
	if (!takeIf(reading, "transaction")) return void 0;
	if (reading.ended) return BEGIN;
	const modes = /* @__PURE__ */ new Set();
	do {
		if (reading.is(Mark.comma)) reading.advance();
		if (takeIf(reading, "with")) {
			if (!takeIf(reading, "consistent") || !takeIf(reading, "snapshot")) return void 0;
		} else {
			const mode = readOnlyOrWrite(reading);
			if (mode === void 0) return void 0;
			modes.add(mode);
		}
	} while (reading.is(Mark.comma));
	return reading.ended && modes.size < 2 ? BEGIN : void 0;
}
/** COMMIT and ROLLBACK with all that may come after them; undefined when a server would not take it. */
function readCompletion(reading) {
	const kind = reading.text === "commit" ? "commit" : "rollback";
	reading.advance();
	takeIf(reading, "work");
	if (kind === "rollback" && takeIf(reading, "to")) return readToSavepoint(reading);
	let chain = false;
	if (takeIf(reading, "and")) {
		chain = !takeIf(reading, "no");
		if (!takeIf(reading, "chain")) return void 0;
	}
	const no = takeIf(reading, "no");
	const released = takeIf(reading, "release");
	if (!reading.ended || no && !released) return void 0;
	const release = released && !no;
	if (chain && release) return void 0;
	return {
		kind,
		mayTaint: false,
		...chain && { chain },
		...release && { release }
	};
}
function readToSavepoint(reading) {
	takeIf(reading, "savepoint");
	if (reading.isName) reading.advance();
	return reading.ended ? TO_SAVEPOINT : void 0;
}
/** SET TRANSACTION without SESSION or GLOBAL; undefined when a server would not take it. */
function readSetTransaction(reading) {
	do {
		reading.advance();
		if (takeIf(reading, "isolation")) {
			if (!takeIf(reading, "level") || !takeLevel(reading)) return void 0;
		} else if (readOnlyOrWrite(reading) === void 0) return void 0;
	} while (reading.is(Mark.comma));
	return reading.ended ? FOR_NEXT_TRANSACTION : void 0;
}
function takeLevel(reading) {
	if (takeIf(reading, "read")) return takeIf(reading, "committed") || takeIf(reading, "uncommitted");
	return takeIf(reading, "serializable") || takeIf(reading, "repeatable") && takeIf(reading, "read");
}
function readOnlyOrWrite(reading) {
	if (!takeIf(reading, "read")) return void 0;
	const { text } = reading;
	if (text !== "only" && text !== "write") return void 0;
	reading.advance();
	return text;
}
function takeIf(reading, word) {
	if (reading.text !== word) return false;
	reading.advance();
	return true;
}
// packages/core/src/statement/classify.ts
const READ$1 = {
	kind: "read",
	mayTaint: false
};
const WRITE$1 = {
	kind: "write",
	mayTaint: false
};
const TAINTING_WRITE = {
	kind: "write",
	mayTaint: true
};
/** DDL and what is like it. */
const COMMITTING_WRITE = {
	kind: "write",
	mayTaint: false,
	commitsFirst: true
};
/** It may do anything. */
const ANYTHING = {
	kind: "write",
	mayTaint: true,
	commitsFirst: true
};
const SEVERAL = {
	kind: "write",
	mayTaint: true,
	commitsFirst: true,
	several: true
};
/** What leaves something in the session, in a statement with expressions. */
const TAINTING = Noticed.call | Noticed.assignment | Noticed.into | Noticed.procedure;
const CHANGING = Noticed.file | Noticed.locks | Noticed.changes | Noticed.sequence;
/** What CREATE, ALTER, DROP and RENAME make, but for EVENT: an event's time may call functions. */
const OBJECTS = new Set("database function index package procedure role schema sequence server table tables tablespace trigger user view".split(" "));
/** What may stand before that. */
const ATTRIBUTES = new Set("aggregate body fulltext ignore offline online or replace spatial temporary undo unique".split(" "));
/** Statements of no kind below that leave an open transaction open. */
const COMMITS_NOTHING = new Set("deallocate do handler help prepare resignal signal".split(" "));
/** What a reading of a statement, not begun yet, says that it is. */
function classify(reading) {
	do
		reading.advance();
	while (reading.is(Mark.semicolon));
	if (reading.is(Token.end)) return WRITE$1;
	const kind = ofStatement(reading);
	reading.finish();
	if (reading.is(Token.odd)) return oddKind(reading.lexer.text);
	if (reading.is(Mark.semicolon)) {
		do
			reading.advance();
		while (reading.is(Mark.semicolon));
		if (!reading.is(Token.end)) return ofSeveral(reading);
	}
	return kind;
}
function ofSeveral(reading) {
	while (!reading.is(Token.end)) {
		if (reading.is(Token.odd)) return oddKind(reading.lexer.text);
		reading.advance();
	}
	const both = Noticed.load | Noticed.local;
	return (reading.noticed & both) === both ? {
		...SEVERAL,
		localFile: true
	} : SEVERAL;
}
/** Nothing is known but what words the text has, in quotes and comments or not. */
function oddKind(text) {
	const localFile = /load/i.test(text) && /local/i.test(text);
	return {
		...ANYTHING,
		...text.includes(";") && { several: true },
		...localFile && { localFile }
	};
}
function ofStatement(reading) {
	while (reading.is(Mark.open)) reading.advance();
	const inParentheses = reading.depth > 0;
	const word = reading.text;
	switch (word) {
		case "select":
		case "with":
		case "table":
		case "values": return readOrNot(reading);
		default: return inParentheses ? ANYTHING : ofOther(reading, word);
	}
}
function ofOther(reading, word) {
	switch (word) {
		case "insert":
		case "replace":
			readTableName(reading);
			return writeOrTainting(reading);
		case "update":
		case "delete": return writeOrTainting(reading);
		case "show": return show(reading);
		case "explain":
		case "describe":
		case "desc": return explain(reading);
		case "begin":
		case "start": return readBegin(reading) ?? ANYTHING;
		case "commit":
		case "rollback": return readCompletion(reading) ?? TAINTING_WRITE;
		case "set": return set(reading);
		case "create":
		case "alter":
		case "drop":
		case "rename": return definition(reading, word);
		case "truncate":
		case "grant":
		case "revoke":
			reading.finish();
			return COMMITTING_WRITE;
		case "analyze":
		case "check":
		case "checksum":
		case "optimize":
		case "repair": return maintenance(reading, word);
		case "savepoint":
		case "use":
			reading.finish();
			return WRITE$1;
		case "release":
			reading.advance();
			return reading.text === "savepoint" ? WRITE$1 : ANYTHING;
		case "load": return load(reading);
		case "execute": return oddKind(reading.lexer.text);
		case "get":
			reading.noticed |= Noticed.asksStatement;
			return TAINTING_WRITE;
		default: return COMMITS_NOTHING.has(word) ? TAINTING_WRITE : ANYTHING;
	}
}
function readOrNot(reading) {
	reading.finish();
	const { noticed } = reading;
	if ((noticed & (TAINTING | Noticed.setsId)) !== 0) return TAINTING_WRITE;
	return (noticed & CHANGING) === 0 ? READ$1 : WRITE$1;
}
function writeOrTainting(reading) {
	reading.finish();
	return (reading.noticed & TAINTING) === 0 ? WRITE$1 : TAINTING_WRITE;
}
/** INSERT and REPLACE: up to their table's name, after which a parenthesis begins its columns. */
function readTableName(reading) {
	do
		reading.advance();
	while (MODIFIERS.has(reading.text));
	reading.noticed &= ~Noticed.into;
	for (;;) {
		if (!reading.isName) return;
		reading.tableName = true;
		reading.advance();
		if (!reading.is(Mark.dot)) return;
		reading.advance();
	}
}
const MODIFIERS = new Set("low_priority delayed high_priority ignore into".split(" "));
function show(reading) {
	while (!reading.ended) {
		reading.advance();
		if (ABOUT_THE_LAST.has(reading.text)) reading.noticed |= Noticed.asksStatement;
	}
	const { noticed } = reading;
	if ((noticed & (Noticed.call | Noticed.assignment | Noticed.into | Noticed.setsId)) !== 0) return TAINTING_WRITE;
	return (noticed & (CHANGING | Noticed.query)) === 0 ? READ$1 : WRITE$1;
}
const ABOUT_THE_LAST = new Set("warnings errors profile profiles".split(" "));
/** Servers run parts of a statement, subqueries among them, to explain it. */
function explain(reading) {
	const kind = readOrNot(reading);
	return kind === READ$1 && (reading.noticed & Noticed.analyze) !== 0 ? WRITE$1 : kind;
}
function maintenance(reading, word) {
	do
		reading.advance();
	while (reading.word === Word.local || reading.text === "no_write_to_binlog");
	const { text } = reading;
	if (text === "table" || text === "tables" || text === "view") {
		reading.finish();
		return word === "checksum" ? WRITE$1 : COMMITTING_WRITE;
	}
	return word === "analyze" ? writeOrTainting(reading) : ANYTHING;
}
/** DDL. */
function definition(reading, word) {
	const temporary = skipAttributes(reading);
	const object = reading.text;
	reading.finish();
	if (!OBJECTS.has(object) || (reading.noticed & (Noticed.callInQuery | Noticed.assignment)) !== 0) return ANYTHING;
	if (!temporary) return COMMITTING_WRITE;
	return object === "table" && word !== "alter" ? TAINTING_WRITE : ANYTHING;
}
/** Reads on to what is made, and says whether it is temporary. */
function skipAttributes(reading) {
	let temporary = false;
	reading.advance();
	for (;;) {
		const attribute = reading.text;
		if (attribute === "temporary") temporary = true;
		else if (attribute === "definer") skipAccount(reading);
		else if (attribute === "algorithm" || attribute === "sql") skip(reading, 2);
		else if (!ATTRIBUTES.has(attribute)) return temporary;
		if (attribute !== "definer") reading.advance();
	}
}
/** `= name`, `= name@host` or `= CURRENT_USER()` */
function skipAccount(reading) {
	skip(reading, 3);
	if (reading.is(Mark.at)) skip(reading, 2);
	else if (reading.is(Mark.open)) skip(reading, 2);
}
function skip(reading, tokens) {
	for (let left = tokens; left > 0 && !reading.ended; left -= 1) reading.advance();
}
function load(reading) {
	reading.advance();
	const { text } = reading;
	if (text !== "data" && text !== "xml") return ANYTHING;
	reading.finish();
	return (reading.noticed & Noticed.local) === 0 ? TAINTING_WRITE : {
		...TAINTING_WRITE,
		localFile: true
	};
}
function set(reading) {
	reading.advance();
	const { text } = reading;
	if (text === "statement") return setForStatement(reading);
	if (text === "transaction") return readSetTransaction(reading) ?? TAINTING_WRITE;
	let commits = false;
	for (; !reading.ended; reading.advance()) if (SET_COMMITS.has(reading.text)) commits = true;
	return commits || (reading.noticed & Noticed.autocommit) !== 0 ? ANYTHING : TAINTING_WRITE;
}
const SET_COMMITS = new Set("password role resource".split(" "));
/** MariaDB's `SET STATEMENT variable = value, … FOR …`: the variables are back when the statement ends. */
function setForStatement(reading) {
	do {
		reading.advance();
		if (reading.token < Token.word || CHANGE_THE_STATEMENT.has(reading.text)) return ANYTHING;
		reading.advance();
		if (!reading.is(Mark.equals)) return ANYTHING;
		do
			reading.advance();
		while (!reading.ended && (reading.depth > 0 || !reading.is(Mark.comma) && reading.word !== Word.for));
	} while (reading.is(Mark.comma));
	if (reading.ended) return ANYTHING;
	reading.advance();
	if (reading.text === "set") return ANYTHING;
	const kind = ofStatement(reading);
	if (kind.kind === "read" || kind.mayTaint) return kind;
	return (reading.noticed & TAINTING & ~Noticed.into) === 0 ? kind : ANYTHING;
}
/** Variables that give a statement another meaning. */
const CHANGE_THE_STATEMENT = new Set("autocommit completion_type sql_mode".split(" "));
// packages/core/src/statement/recent-texts.ts
/** Texts longer than this seldom come back, and keeping megabytes of them would help nobody. */
const LONGEST = 1e4;
/**
* Remembers something of the statements seen last, by their text: applications say the same few hundred again and again. At
* least `limit` of them, and never more than twice as many.
*/
var RecentTexts = class {
	#limit;
	#young = /* @__PURE__ */ new Map();
	#old = /* @__PURE__ */ new Map();
	constructor(limit) {
		this.#limit = limit;
	}
	get(text) {
		const known = this.#young.get(text);
		if (known !== void 0) return known;
		const aged = this.#old.get(text);
		if (aged !== void 0) this.set(text, aged);
		return aged;
	}
	set(text, value) {
		if (text.length > LONGEST) return;
		if (this.#young.size >= this.#limit && !this.#young.has(text)) {
			this.#old = this.#young;
			this.#young = /* @__PURE__ */ new Map();
		}
		this.#young.set(text, value);
	}
};
// packages/core/src/statement/statement-kind.ts
const ALL_ESCAPE = {
	inSingleQuotes: true,
	inDoubleQuotes: true
};
const SINGLE_ESCAPE = {
	inSingleQuotes: true,
	inDoubleQuotes: false
};
const NONE_ESCAPES = {
	inSingleQuotes: false,
	inDoubleQuotes: false
};
const UNKNOWN = {};
/**
* Tells what a statement does. It errs on the safe side: what is not certainly a read is a write, what is not known to leave the
* session alone may taint it, and where the mode is not known the text is read in every way that a server may read it.
*/
function statementKind(sql, mode = UNKNOWN) {
	return kindUnder(sql, mode).kind;
}
function kindUnder(sql, mode) {
	const [first, ...others] = escapesUnder(mode);
	const reading = new Reading(sql, first);
	let kind = kindOf(reading);
	const dependsOnMode = reading.lexer.backslashInSingleQuotes || reading.lexer.backslashInDoubleQuotes;
	if (dependsOnMode) for (const escapes of others) kind = merged(kind, kindOf(new Reading(sql, escapes)));
	return {
		kind,
		dependsOnMode
	};
}
/** Every way in which a server may read backslashes. */
function escapesUnder({ ansiQuotes, noBackslashEscapes }) {
	if (noBackslashEscapes === true) return [NONE_ESCAPES];
	const others = noBackslashEscapes === void 0 ? [NONE_ESCAPES] : [];
	if (ansiQuotes === void 0) return [
		ALL_ESCAPE,
		SINGLE_ESCAPE,
		...others
	];
	return [ansiQuotes ? SINGLE_ESCAPE : ALL_ESCAPE, ...others];
}
function kindOf(reading) {
	const flags = classify(reading);
	const noticed = reading.token === Token.odd ? noticedInOddText(reading.lexer.text) : reading.noticed;
	return (noticed & (ASKS | Noticed.countsRows)) === 0 ? flags : withAsks(flags, noticed);
}
const ASKS = Noticed.asksStatement | Noticed.asksRows | Noticed.asksId | Noticed.asksConnection;
function withAsks(flags, noticed) {
	const asks = {
		...(noticed & Noticed.asksStatement) !== 0 && { statement: true },
		...(noticed & Noticed.asksRows) !== 0 && { rows: true },
		...(noticed & Noticed.asksId) !== 0 && { id: true },
		...(noticed & Noticed.asksConnection) !== 0 && { connection: true }
	};
	const countsRows = (noticed & Noticed.countsRows) !== 0;
	return {
		...flags,
		...(noticed & ASKS) !== 0 && { asks },
		...countsRows && { countsRows }
	};
}
/** Where tokens cannot be trusted, a word counts wherever it is. */
function noticedInOddText(text) {
	let noticed = 0;
	for (const [pattern, bit] of ODD_WORDS) if (pattern.test(text)) noticed |= bit;
	return noticed;
}
const ODD_WORDS = [
	[/row_count|warning|error|diagnostics|profile/i, Noticed.asksStatement],
	[/found_rows/i, Noticed.asksRows],
	[/last_insert_id|identity|lastval|currval|previous|gtid/i, Noticed.asksId],
	[/connection_id|thread_id/i, Noticed.asksConnection],
	[/sql_calc_found_rows/i, Noticed.countsRows]
];
/** What holds when either may be true: a read, or a border of a transaction, only when both say so. */
function merged(one, other) {
	if (one === other) return one;
	const flags = {
		...one,
		...other
	};
	const asks = {
		...one.asks,
		...other.asks
	};
	const mayTaint = one.mayTaint || other.mayTaint;
	const merged = {
		...flags,
		mayTaint,
		...Object.keys(asks).length > 0 && { asks }
	};
	if (one.kind === other.kind) return merged;
	return isReadOrWrite(one) && isReadOrWrite(other) ? {
		...merged,
		kind: "write"
	} : {
		...merged,
		kind: "write",
		mayTaint: true,
		commitsFirst: true
	};
}
function isReadOrWrite({ kind }) {
	return kind === "read" || kind === "write";
}
/** The kinds of the statements seen last. */
var StatementKinds = class {
	#limit;
	#known;
	/** Of texts with a backslash in quotes, for each mode by its number. */
	#knownByMode = [];
	constructor(limit = 1e3) {
		this.#limit = limit;
		this.#known = new RecentTexts(limit);
	}
	of(sql, mode = UNKNOWN) {
		return this.#known.get(sql) ?? this.#knownByMode[numberOf(mode)]?.get(sql) ?? this.#classified(sql, mode);
	}
	#classified(sql, mode) {
		const { kind, dependsOnMode } = kindUnder(sql, mode);
		if (dependsOnMode) (this.#knownByMode[numberOf(mode)] ??= new RecentTexts(this.#limit)).set(sql, kind);
		else this.#known.set(sql, kind);
		return kind;
	}
};
function numberOf({ ansiQuotes, noBackslashEscapes }) {
	return 3 * digitOf(ansiQuotes) + digitOf(noBackslashEscapes);
}
function digitOf(known) {
	if (known === void 0) return 0;
	return known ? 1 : 2;
}
// packages/core/src/session/kind-of-statement.ts
/**
* What a statement does. Its text tells, remembered, unless a value brings SQL of its own: then the text with its values in it is
* looked at. A prepared statement's values are no text.
*/
function kindOfStatement(kinds, statement, prepared, decoding) {
	const { sql, values } = statement;
	if (prepared || !bringsSql(values)) return kinds.of(sql);
	const { stringifyObjects, timezone } = {
		...decoding,
		...statement.decoding
	};
	const namedPlaceholders = statement.namedPlaceholders ?? statement.decoding?.namedPlaceholders ?? decoding?.namedPlaceholders;
	try {
		return statementKind(formatSql(sql, values, {
			noBackslashEscapes: false,
			stringifyObjects,
			timezone,
			namedPlaceholders
		}));
	} catch {
		return kinds.of(sql);
	}
}
// packages/core/src/session/hedge-budget.ts
/** The part of all loans that may be asked twice. */
const PART = 1 / 10;
/**
* Bounds how many statements are asked of a second host while the first still owes its answer: when every host is slow because
* there is too much to do, asking everything twice would make it worse.
*/
var HedgeBudget = class {
	#most;
	#left;
	#servedBefore = 0;
	/** @param most - as many as may be asked twice at once after a while without any */
	constructor(most) {
		this.#most = most;
		this.#left = most;
	}
	/** @param served - all loans so far */
	left(served) {
		this.#left = Math.min(this.#most, this.#left + (served - this.#servedBefore) * PART);
		this.#servedBefore = served;
		return this.#left >= 1;
	}
	take() {
		this.#left -= 1;
	}
};
// packages/core/src/session/lease-errors.ts
function releasedError() {
	return new HostpoolError("ERR_HOSTPOOL_LEASE_RELEASED", "The connection was used after it had been released");
}
function transactionLostError(host, cause) {
	return new HostpoolError("ERR_HOSTPOOL_TRANSACTION_LOST", "The transaction of this connection is gone; roll back before anything else is sent", {
		host,
		cause
	});
}
/** @param attempts - how often the statement was sent */
function hostLostError(host, inTransaction, attempts, cause) {
	return new HostpoolError("ERR_HOSTPOOL_HOST_LOST", `${host} was lost: ${lossOf(inTransaction, attempts)} (${cause.message})`, {
		host,
		cause
	});
}
function lossOf(inTransaction, attempts) {
	if (inTransaction) return "the transaction on it was rolled back";
	return attempts > 1 ? "so was the host asked before it" : "the state of the session on it is gone";
}
function outcomeUnknownError(host, kind, cause) {
	return new HostpoolError("ERR_HOSTPOOL_OUTCOME_UNKNOWN", `${host} was lost before it answered ${kind.kind === "commit" ? "COMMIT" : "a write"}: it may or may not have happened (${cause.message})`, {
		host,
		cause
	});
}
/** Part of what the borrower took for one transaction is committed, or may be: the whole must not be done again. */
function implicitCommitError(host, cause) {
	return new HostpoolError("ERR_HOSTPOOL_IMPLICIT_COMMIT", `A statement in this transaction has committed what came before it (as DDL, LOCK TABLES and a second START TRANSACTION do), and the rest is gone: do not run the whole again (${cause.message})`, {
		host,
		cause
	});
}
/** LAST_INSERT_ID() of the connection may be an earlier borrower's, and cannot be forgotten without what is this one's. */
function mixedTracesError() {
	return new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", "LAST_INSERT_ID() of this connection may be an earlier borrower's, and it cannot be forgotten without what this lease has left there as well (counts that the same statement asks for, or a key that RETURNING has answered). Read the key off the answer of the statement that generated it, and ask for counts in a statement of their own");
}
// packages/core/src/session/row-readable.ts
/** Events that a reader of a stream listens for, whatever it reads with. */
const READERS = /* @__PURE__ */ new Set([
	"error",
	"data",
	"readable",
	"end",
	"close"
]);
/**
* A stream of rows that nothing may read yet: a failure waits for its reader. An error that comes before must neither end the
* process, as Node does for one without a listener, nor get lost.
*/
var RowReadable = class extends Readable {
	#failure;
	constructor(options = {}) {
		super({
			...options,
			objectMode: true
		});
		this.on("error", this.#unheard);
		this.on("newListener", (event) => {
			if (this.#failure !== void 0 && READERS.has(event)) process.nextTick(() => this.destroy(this.#failure));
		});
	}
	/** Ends with an error: at once where there is a reader, else when there is one. */
	fail(error) {
		this.#failure = error;
		if (this.#hasReader) this.destroy(error);
	}
	/** Whether its rows go anywhere. */
	get isRead() {
		return this.readableFlowing === true || this.listenerCount("readable") > 0 || this.listenerCount("data") > 0;
	}
	/** Whether a failure has where to go. */
	get #hasReader() {
		return this.readableFlowing !== null || this.listenerCount("readable") > 0 || this.listenerCount("error") > 1;
	}
	#unheard = (error) => {
		if (this.listenerCount("error") > 1) return;
		process.emitWarning(`A stream of rows failed, and nothing listens for its error: ${error.message}`, "HostpoolWarning");
	};
};
// packages/core/src/session/row-stream.ts
/** The rows of one statement. It begins before its connection is there. */
var RowStream = class extends RowReadable {
	#source;
	/** @param source - what the rows come from; undefined before and after */
	constructor(source) {
		super();
		this.#source = source;
	}
	_read() {
		this.#source()?.resume();
	}
	/** The rest of the rows is thrown away as it comes. */
	_destroy(error, done) {
		this.#source()?.resume();
		done(error);
	}
	fields(fields) {
		this.#attempt(() => this.emit("fields", fields));
	}
	row(row) {
		this.#attempt(() => {
			if (!this.push(row)) this.#source()?.pause();
		});
	}
	/** The statement is over. */
	finish(error) {
		if (error === null) this.#attempt(() => this.push(null));
		else this.fail(error);
	}
	/** A listener that throws ends its own stream, and not the reading of what the server sends. */
	#attempt(work) {
		if (this.destroyed) return;
		try {
			work();
		} catch (error) {
			this.destroy(error instanceof Error ? error : new Error(String(error)));
		}
	}
};
// packages/core/src/session/start-transaction.ts
/** The statements that open a transaction. */
function startTransaction({ isolationLevel, readOnly }) {
	const start = readOnly === true ? "START TRANSACTION READ ONLY" : "START TRANSACTION";
	return isolationLevel === void 0 ? [start] : [`SET TRANSACTION ISOLATION LEVEL ${isolationLevel}`, start];
}
// packages/core/src/session/after-failure.ts
/**
* Decides what becomes of a failed statement. "Did not run" and "was rolled back" are said where they are proven; what is left
* is an unknown outcome. A write is never sent twice unless it surely did not run, or nothing of it is left.
*/
function afterFailure(failure) {
	const { errorClass, inTransaction, statement } = failure;
	if (inTransaction && statement.kind === "commit") return afterCommit(failure);
	switch (errorClass) {
		case ErrorClass.lost: return inTransaction ? lostInTransaction(failure) : lostOutside(failure);
		case ErrorClass.notReady: return inTransaction ? "hostLost" : refused(failure);
		case ErrorClass.unknown: return statement.kind === "read" && !inTransaction ? "rethrow" : "outcomeUnknown";
		case ErrorClass.timeout: return inTransaction ? "rethrowTransactionGone" : "rethrow";
		case ErrorClass.conflict: return inTransaction ? "rethrowTransactionGone" : undone(failure);
		case ErrorClass.readOnly: return !inTransaction && refused({
			...failure,
			hosts: Math.max(2, failure.hosts)
		}) === "retry" ? "retryIfReadOnly" : "rethrowIfReadOnly";
		case ErrorClass.lockTimeout:
		case ErrorClass.configuration:
		case ErrorClass.overload:
		case ErrorClass.statement: return "rethrow";
		default: return errorClass;
	}
}
/** Of COMMIT a few errors prove that it did nothing, and a few that all is undone. */
function afterCommit({ errorClass, mayHaveRun, refusedAtOnce }) {
	switch (errorClass) {
		case ErrorClass.notReady: return "hostLost";
		case ErrorClass.conflict: return "rethrowTransactionGone";
		case ErrorClass.readOnly: return "rethrowIfReadOnly";
		case ErrorClass.lost: return mayHaveRun ? "outcomeUnknown" : "hostLost";
		case ErrorClass.statement: return refusedAtOnce || !mayHaveRun ? "rethrow" : "outcomeUnknown";
		case ErrorClass.unknown:
		case ErrorClass.timeout:
		case ErrorClass.lockTimeout:
		case ErrorClass.configuration:
		case ErrorClass.overload: return "outcomeUnknown";
		default: return errorClass;
	}
}
function lostInTransaction({ statement }) {
	return statement.kind === "rollback" && statement.chain !== true ? "rolledBack" : "hostLost";
}
function lostOutside(failure) {
	const { statement, mayHaveRun, sessionClean, attempts, retryReads, repeatable, onlyForSession } = failure;
	const again = sessionClean && attempts < 2 ? "retry" : "hostLost";
	if (onlyForSession) return "hostLost";
	if (!mayHaveRun) return again;
	switch (statement.kind) {
		case "read":
			if (!sessionClean || asksForTraces(statement)) return "hostLost";
			if (!retryReads || !repeatable) return "rethrow";
			return again;
		case "begin":
		case "commit":
		case "rollback": return again;
		case "write": return statement.forNextTransaction === true && statement.several !== true ? again : "outcomeUnknown";
		default: return statement.kind;
	}
}
/** The server said that it does nothing now: the statement did not run. */
function refused({ statement, repeatable, sessionClean, attempts, hosts }) {
	const whole = !(statement.kind === "write" && statement.mayTaint);
	return sessionClean && whole && repeatable && !asksForTraces(statement) && attempts < hosts ? "retry" : "rethrow";
}
/** Another transaction came first and nothing is left of this statement: once more is what its caller would try. */
function undone(failure) {
	return failure.attempts < 2 ? refused({
		...failure,
		hosts: 2
	}) : "rethrow";
}
/** What it asks for went with the connection: the same statement elsewhere asks something else. */
function asksForTraces({ asks }) {
	return asks !== void 0 && (asks.statement === true || asks.rows === true || asks.id === true);
}
// packages/core/src/session/operation.ts
/** What ROLLBACK answers when the transaction went with its connection. */
const NOTHING_DONE = Object.freeze({
	affectedRows: 0,
	insertId: 0,
	changedRows: 0,
	info: "",
	serverStatus: 2,
	warningStatus: 0
});
/** Errors of the server's own have a positive number; those of the network have none, or a negative one. */
function isAnswer(error) {
	return typeof error.errno === "number" && error.errno > 0;
}
// packages/core/src/session/read-only-now.ts
const GLOBAL_SQL = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only', 'tx_read_only')`;
const SESSION_SQL = `SHOW SESSION VARIABLES WHERE Variable_name IN ('transaction_read_only', 'tx_read_only')`;
/**
* Whether a server that refused a write did so because it is read-only. The number of that error alone does not tell: other
* settings refuse statements with the same one.
*/
function readOnlyNow(connection, error, done) {
	anyIsOn(connection, GLOBAL_SQL, (explained) => {
		if (explained) done("explained");
		else if (refusesWrites(error)) done("unexplained");
		else if (!isReadOnlySession(error)) done("no");
		else anyIsOn(connection, SESSION_SQL, (own) => done(own ? "no" : "unexplained"));
	});
}
function anyIsOn(connection, sql, done) {
	question(connection, sql, (_, answer) => {
		done(answer?.rows.some(([, value]) => isOn(value)) === true);
	});
}
function isOn(value) {
	return value !== null && value !== void 0 && !/^(?:0|off)?$/i.test(String(value));
}
// packages/core/src/clock.ts
/** How late a timer may run before the delay counts as this process's own pause. */
const LAG_TOLERANCE = 50;
/**
* A timer that is fair to the network: when it expires, answers that have already arrived are read first, and when the
* process itself was blocked or suspended the time it lost is given back once. Otherwise every pause of the process would
* look like an outage of all its servers.
*/
var SystemTimer = class {
	#run;
	#wait;
	#keepsAlive;
	#due;
	/** When it expired for the first time. */
	#reached;
	#timeout;
	#immediate;
	constructor(due, wait, run, keepsAlive) {
		this.#run = run;
		this.#wait = wait;
		this.#keepsAlive = keepsAlive;
		this.#due = due;
		this.#timeout = this.#arm(due - performance.now());
	}
	cancel() {
		clearTimeout(this.#timeout);
		if (this.#immediate !== void 0) clearImmediate(this.#immediate);
	}
	#arm(milliseconds) {
		const timeout = setTimeout(() => this.#expire(), milliseconds);
		if (!this.#keepsAlive) timeout.unref();
		return timeout;
	}
	#expire() {
		const now = performance.now();
		const late = now - this.#due;
		if (late > LAG_TOLERANCE && this.#reached === void 0) {
			this.#reached = now;
			const extension = Math.min(late, this.#wait);
			this.#due = now + extension;
			this.#timeout = this.#arm(extension);
			return;
		}
		this.#reached ??= Math.max(now, this.#due);
		this.#immediate = setImmediate(this.#run, this.#reached);
	}
};
/** The clock of the process. */
const systemClock = {
	now: () => performance.now(),
	date: () => Date.now(),
	after: (milliseconds, run) => new SystemTimer(performance.now() + milliseconds, milliseconds, run, true),
	afterIdly: (milliseconds, run) => new SystemTimer(performance.now() + milliseconds, milliseconds, run, false),
	at: (due, wait, run) => new SystemTimer(due, wait, run, true)
};
// packages/core/src/session/run-again.ts
/** `retry: true` */
const USUAL_RETRIES = 3;
/** The pause before a retry is anywhere up to this, doubled each time. */
const FIRST_PAUSE = 20;
/** Errors after which a rolled-back transaction can be tried again. */
const UNDONE = /* @__PURE__ */ new Set([
	ErrorClass.conflict,
	ErrorClass.lockTimeout,
	ErrorClass.notReady
]);
/**
* Runs work that is a whole transaction, and the whole of it again, after a jittered pause, when it was undone as a whole.
* @throws ERR_HOSTPOOL_UNSUPPORTED for a `retry` that is no number of times; otherwise what the last try threw.
*/
async function runAgain(work, options, { clock, random } = {
	clock: systemClock,
	random: Math.random
}) {
	const retries = retriesOf(options);
	const undone = options.undone ?? wasUndone;
	for (let retry = 1;; retry += 1) try {
		return await work();
	} catch (error) {
		if (retry > retries || !isTrue(undone(error))) throw error;
		await options.onRetry?.(error, retry);
		await pause(clock, FIRST_PAUSE * 2 ** (retry - 1) * random());
	}
}
/**
* True when a transaction that ended in this error was undone as a whole, or never began: a conflict, a lock wait timeout, a
* node that is not ready, a server that takes no writes any more, or a host that was lost before COMMIT was sent. The same work can succeed when it is done again.
*/
function wasUndone(error) {
	if (!(error instanceof Error)) return false;
	if (isHostpoolError(error)) return error.code === "ERR_HOSTPOOL_HOST_LOST" || error.code === "ERR_HOSTPOOL_TRANSACTION_LOST" && isCauseRetryable(error);
	return UNDONE.has(classify$1(error)) || refusesWrites(error);
}
function isCauseRetryable({ cause }) {
	if (!(cause instanceof Error)) return false;
	const errorClass = classify$1(cause);
	return UNDONE.has(errorClass) || errorClass === ErrorClass.lost || refusesWrites(cause);
}
function isTrue(answer) {
	heedRejection(answer, (reason) => reportFault("The undone function rejected", reason));
	return answer === true;
}
function retriesOf({ retry }) {
	const retries = retry === true ? USUAL_RETRIES : Number(retry ?? 0);
	if (Number.isInteger(retries) && retries >= 0) return retries;
	throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `retry: ${String(retry)} is no number of times; give a whole number from 0 on, or true for ${USUAL_RETRIES}`);
}
function pause(clock, milliseconds) {
	return new Promise((resolve) => {
		clock.after(milliseconds, resolve);
	});
}
// packages/core/src/session/traces.ts
/**
* Where the statements of one lease have left what later ones may ask for: a generated key, a count, warnings. A server knows
* them for its connection, so they are true only there, and until another statement of that connection changes them.
*/
var Traces = class {
	#last;
	#rows;
	/** Where the last key that this lease is known to have generated lies. */
	#id;
	/** Where a statement may have left one that nothing tells of. */
	#maybeId;
	/** Where a statement may have left one beside an earlier borrower's, which cannot be told from it. */
	#uncertainId;
	/** Where it has written last: the number of its transaction (`@@last_gtid`) lies there. */
	#write;
	/** What the borrower may ask for much later lies on this connection, or it knows the connection by its number. */
	#kept;
	/** @param checkout - the connection that there is, if any */
	check(kind, checkout) {
		const { asks } = kind;
		if (asks === void 0) return this.#mayLeaveId(kind, checkout) ? "forget id" : "none";
		const asksLast = asks.statement === true;
		const asksRows = asks.rows === true;
		const asksId = asks.id === true;
		if (asksLast && isOther(this.#last, checkout) || asksRows && isOther(this.#rows, checkout) || asksId && this.#ids().some((left) => isOther(left, checkout))) return "elsewhere";
		const session = checkout?.connection.resource;
		if (session === void 0) return "none";
		const foreignId = asksId && this.#id === void 0 && this.#maybeId === void 0 && session.hasForeignId;
		const foreignCounts = session.hasForeignTraces && (asksLast && this.#last === void 0 || asksRows && this.#rows === void 0);
		const ownLast = asksLast && this.#last !== void 0;
		if (foreignId && this.#uncertainId !== void 0 || ownLast && (foreignId || foreignCounts)) return "mixed";
		if (foreignId || this.#mayLeaveId(kind, checkout) && !ownLast) return foreignCounts ? "forget all" : "forget id";
		return foreignCounts ? "forget counts" : "none";
	}
	/** Whether the lease stays on this connection for as long as it lives, whatever becomes of its host. */
	keep(checkout) {
		return this.#kept === checkout;
	}
	/** A statement has run there. @param insertId - of its answer; undefined when that had rows or was an error */
	note(kind, checkout, insertId, hasRows) {
		const session = checkout.connection.resource;
		this.#last = checkout;
		if (hasRows) this.#rows = checkout;
		if (kind.kind === "write") this.#write = checkout;
		if (insertId !== void 0 && Number(insertId) !== 0) {
			this.#id = this.#kept = checkout;
			this.#maybeId = this.#uncertainId = void 0;
		} else if (kind.kind === "write" && kind.mayTaint && !session.hasForeignId) this.#maybeId = this.#kept = checkout;
		else if (kind.kind === "write" && (kind.mayTaint || hasRows)) this.#uncertainId = this.#kept = checkout;
		else if (kind.countsRows === true || kind.asks?.connection === true) this.#kept = checkout;
		const id = this.#id === checkout || this.#maybeId === checkout || this.#uncertainId === checkout;
		session.noteTraces(id);
	}
	/** Where keys of this lease may lie, and the numbers of its transactions. */
	#ids() {
		return [
			this.#id,
			this.#maybeId,
			this.#uncertainId,
			this.#write
		];
	}
	/** Whether a statement may leave a key without saying so, where an earlier borrower's could be taken for it. */
	#mayLeaveId(kind, checkout) {
		const hasOwn = this.#id !== void 0 || this.#maybeId !== void 0 || this.#uncertainId !== void 0;
		if (kind.kind !== "write" || !kind.mayTaint || hasOwn) return false;
		return checkout?.connection.resource.hasForeignId === true;
	}
};
function isOther(left, checkout) {
	return left !== void 0 && left !== checkout;
}
/** Whether a statement may have left a generated key behind. @param insertId - of its answer; undefined when that had rows */
function mayLeaveId(kind, insertId, hasRows) {
	return insertId !== void 0 && Number(insertId) !== 0 || kind.kind === "write" && (kind.mayTaint || hasRows);
}
// packages/core/src/session/transaction-scope.ts
/**
* What a borrower takes for its transaction, which is not always what the server has open: it may have been undone by a
* deadlock, lost with its host, or committed in part by a statement that commits implicitly.
*/
var TransactionScope = class {
	/** Why the transaction is gone, from then until ROLLBACK. */
	#lost;
	/** A statement has committed part of it. */
	#partlyCommitted = false;
	/** The same, of any transaction of this lease. */
	#hasCommittedInPart = false;
	get isLost() {
		return this.#lost !== void 0;
	}
	/** The server has undone it, or can no longer be asked about it. */
	lose(cause) {
		this.#lost = cause;
	}
	/** Notes what commits, before it is sent: its answer may be lost. @param managed - as it was when it was asked for */
	noteSent(kind, inTransaction, managed) {
		if (inTransaction) {
			if (kind.commitsFirst === true || kind.kind === "begin" || kind.kind === "commit" && managed) this.#noteCommitted();
		} else if (managed && kind.kind !== "read") this.#noteCommitted();
		else if (kind.kind === "begin" && !managed) this.#partlyCommitted = false;
	}
	/** A text of several parts has left a transaction open: it may have committed another before. */
	noteOpened() {
		this.#noteCommitted();
	}
	/** COMMIT or ROLLBACK has been answered. */
	end(managed) {
		this.#lost = void 0;
		if (!managed) this.#partlyCommitted = false;
	}
	refusal(host) {
		return transactionLostError(host, this.#lost ?? /* @__PURE__ */ new Error("it was lost"));
	}
	/** What counts as undone for the server is not so for a borrower of whose transaction a part was committed. */
	trueOf(error, host) {
		return this.#partlyCommitted && isUndone(error) ? implicitCommitError(host, error) : error;
	}
	/** The same for an error that was told before what has committed a part was sent. */
	trueInTheEnd(error, host) {
		return this.#hasCommittedInPart && error instanceof Error && isUndone(error) ? implicitCommitError(host, error) : error;
	}
	#noteCommitted() {
		this.#partlyCommitted = this.#hasCommittedInPart = true;
	}
};
function isUndone(error) {
	return wasUndone(error) || isHostpoolError(error) && error.code === "ERR_HOSTPOOL_TRANSACTION_LOST";
}
/** Whether a statement may be sent although the transaction is gone: it is what ends it, and begins no other. */
function endsTransaction({ kind, chain }) {
	return kind === "rollback" && chain !== true;
}
// packages/core/src/session/statement-executor.ts
/**
* The one way of a borrower to the wire. Its operations are carried out one after the other, in the order they were asked for;
* at its turn each is decided anew: sent on the connection that the lease has, sent on another one because the host is gone,
* or refused because what it depended on is. Between two connections the lease has none.
*/
var StatementExecutor = class {
	#lender;
	#decoding;
	#access;
	#traces;
	#scope;
	#queue;
	#managed = false;
	#alone;
	/** The connection, for as long as the lease has one. */
	#checkout;
	/** The last one, for its names. */
	#last;
	#released = false;
	/** The connection is dead and whatever was open on it is settled: the next statement takes another one. */
	#settled = false;
	/** The connection is dead, and what became of the transaction on it has been told, or was what the borrower wanted. */
	#transactionOver = false;
	#current;
	/** Another connection has been asked for, because this one's host is silent. */
	#hedging = false;
	#whenIdle;
	/** @param alone - there will be one operation and no other, so none asks for what it leaves */
	constructor(lender, checkout, options, alone = false) {
		this.#alone = alone;
		this.#lender = lender;
		this.#last = checkout;
		this.#attach(checkout);
		this.#decoding = lender.decodingFor(options.decoding);
		this.#access = options.access;
	}
	/** The connection that the lease has, or had last. */
	get lastCheckout() {
		return this.#last;
	}
	/** The session, while the lease has one. */
	get session() {
		return this.#checkout?.connection.resource;
	}
	get inTransaction() {
		if (this.#scope?.isLost === true || this.#isTransactionOn(this.session)) return true;
		if (this.#current?.kind.kind === "begin") return true;
		return this.#queue?.some(({ kind }) => kind.kind === "begin") === true;
	}
	get released() {
		return this.#released;
	}
	get busy() {
		return this.#current !== void 0;
	}
	whenIdle(done) {
		this.#whenIdle = done;
	}
	/** What is asked for from now on, until it is called with false, belongs to a transaction that the borrower does not end itself. */
	manage(managed) {
		this.#managed = managed;
	}
	trueInTheEnd(error) {
		return this.#scope === void 0 ? error : this.#scope.trueInTheEnd(error, this.#last.connection.home.host.name);
	}
	/**
	* What a borrower asks for, with what its lease adds.
	* @throws where the statement's own decoding has faults; nothing is sent then
	*/
	operation(what, statement, given, done) {
		const kind = statement.access === "write" && given.kind === "read" ? asWrite(given) : given;
		return {
			what,
			statement,
			kind,
			access: statement.access ?? this.#access ?? (kind.kind === "read" ? "read" : "write"),
			decoding: statement.decoding === void 0 ? this.#decoding : this.#lender.decodingFor(statement.decoding),
			managed: this.#managed,
			done,
			attempts: 0,
			askedOn: void 0
		};
	}
	/** The lease's own. */
	get decoding() {
		return this.#decoding;
	}
	isCurrent(operation) {
		return this.#current === operation;
	}
	/** The operation's `done` is called exactly once, never synchronously. */
	run(operation) {
		if (this.#released) setImmediate(operation.done, releasedError());
		else if (this.#current === void 0) this.#begin(operation);
		else (this.#queue ??= []).push(operation);
	}
	release() {
		if (this.#released) return;
		this.#released = true;
		const checkout = this.#checkout;
		if (checkout === void 0) return;
		if (!this.busy) this.#detach(checkout);
		this.#lender.release(checkout);
	}
	destroy() {
		if (this.#released) return;
		this.#released = true;
		if (this.#checkout !== void 0) this.#lender.discard(this.#detach(this.#checkout));
	}
	/** A read that waits there for its answer is asked of another host as well, and the host asked last answers. */
	hostSilent() {
		const operation = this.#current;
		if (operation === void 0 || this.#hedging || !this.#mayHedge(operation)) return;
		this.#hedging = true;
		this.#lender.checkout({ access: operation.access }, (_, checkout) => {
			this.#hedging = false;
			if (checkout === void 0) return;
			if (this.#current === operation && this.#mayHedge(operation) && !checkout.connection.home.host.silent) {
				if (this.#checkout !== void 0) this.#detach(this.#checkout);
				this.#attach(checkout);
				this.#lender.noteHedge();
				this.#send(operation, checkout);
			} else this.#lender.release(checkout);
		});
	}
	/** Whether nothing but its time is lost when the statement is asked twice. */
	#mayHedge({ kind, what, attempts, askedOn, access }) {
		const checkout = this.#checkout;
		if (checkout === void 0 || askedOn !== checkout || this.#released || kind.kind !== "read") return false;
		if (attempts > 1 || what !== "query" && what !== "execute" || !this.#lender.mayHedge()) return false;
		const { resource } = checkout.connection;
		if (!resource.alive || resource.inTransaction || resource.changed || kind.asks !== void 0) return false;
		return this.#traces?.keep(checkout) !== true && this.#lender.anyAnswers(access);
	}
	#attach(checkout) {
		checkout.connection.resource.lendTo(this);
		this.#checkout = checkout;
		this.#last = checkout;
		this.#settled = false;
		this.#transactionOver = false;
	}
	/** The transaction that the borrower takes to be open is gone. */
	#lose(cause) {
		(this.#scope ??= new TransactionScope()).lose(cause);
	}
	/** The lease does not have it any more. */
	#detach(checkout) {
		checkout.connection.resource.borrower = void 0;
		this.#checkout = void 0;
		return checkout;
	}
	/** An operation's turn. */
	#begin(operation) {
		this.#current = operation;
		if (operation.refusal !== void 0) {
			this.#finishLater(operation, operation.refusal);
			return;
		}
		if (this.#released && this.session?.alive !== true) {
			this.#finishLater(operation, releasedError());
			return;
		}
		if (this.#scope?.isLost === true) {
			this.#afterLostTransaction(operation);
			return;
		}
		const checkout = this.#checkout;
		const obstacle = this.#obstacleTo(operation, checkout);
		if (obstacle === "lost") this.#refuse(operation);
		else if (checkout === void 0 || obstacle === "moves") this.#move(operation);
		else this.#sendWithoutTraces(operation, checkout);
	}
	#obstacleTo(operation, checkout) {
		const { kind, access, what } = operation;
		const session = checkout?.connection.resource;
		const usable = session?.alive === true ? checkout : void 0;
		if (kind.asks !== void 0 && this.#traces?.check(kind, usable) === "elsewhere") return "lost";
		if (checkout === void 0 || session === void 0) return "moves";
		if (!session.alive) return this.#settled || session.movable ? "moves" : "lost";
		if (this.#released) return "none";
		const movable = session.movable && kind.asks === void 0 && this.#traces?.keep(checkout) !== true;
		if (movable && this.#isBetterElsewhere(checkout, access)) return "moves";
		if (what === "ping" || what === "changeUser") return "none";
		return this.#lender.use(checkout, kind.kind === "read" ? "read" : "write", !movable) ? "none" : "moves";
	}
	/** A host that has gone out of use since the connection was lent, or answers nothing, is left as soon as there is another. */
	#isBetterElsewhere({ connection }, wanted) {
		const { serves, silent } = connection.home.host;
		return !canServe(serves, wanted) && this.#lender.anyServes(wanted) || silent && this.#lender.anyAnswers(wanted);
	}
	/** Whether a transaction is open there, or went with it without the borrower having heard of it. */
	#isTransactionOn(session) {
		return session?.inTransaction === true && (session.alive || !this.#transactionOver);
	}
	/** What the operation depends on went with the connection, which the borrower may not have heard of yet. */
	#refuse(operation) {
		const session = this.session;
		const { kind, managed } = operation;
		const { host } = this.#last.connection.home;
		const inTransaction = session?.alive === false && this.#isTransactionOn(session);
		if (inTransaction && endsTransaction(kind)) {
			this.#settled = !session.changed;
			this.#transactionOver = true;
			this.#scope?.end(managed);
			this.#finishLater(operation, null, NOTHING_DONE);
			return;
		}
		const cause = /* @__PURE__ */ new Error("its connection was lost before this statement was sent");
		if (inTransaction) this.#lose(cause);
		this.#finishLater(operation, hostLostError(host.name, inTransaction, 1, cause));
	}
	/** Before a statement asks what was before, what other borrowers have left is forgotten. */
	#sendWithoutTraces(operation, checkout) {
		const { kind } = operation;
		const check = kind.asks !== void 0 || !this.#alone && kind.kind === "write" && kind.mayTaint ? (this.#traces ??= new Traces()).check(kind, checkout) : "none";
		switch (check) {
			case "none":
				this.#send(operation, checkout);
				break;
			case "forget id":
			case "forget counts":
			case "forget all":
				this.#forgetTraces(operation, checkout, check);
				break;
			case "elsewhere":
				this.#refuse(operation);
				break;
			case "mixed": this.#finishLater(operation, mixedTracesError());
		}
	}
	#forgetTraces(operation, checkout, what) {
		const { resource } = checkout.connection;
		const { inTransaction, transactionOpen } = resource;
		const sessionClean = !resource.changed;
		operation.attempts += 1;
		resource.askedAt = this.#lender.clock.now();
		resource.forgetTraces(what, (error) => {
			resource.askedAt = Infinity;
			if (error === null) this.#send(operation, checkout);
			else this.#failed({
				operation,
				checkout,
				error,
				inTransaction,
				transactionOpen,
				sessionClean,
				mayHaveRun: false
			});
		});
	}
	#send(operation, checkout) {
		const { connection } = checkout;
		const session = connection.resource;
		const { kind } = operation;
		const { inTransaction, transactionOpen } = session;
		const sessionClean = !session.changed;
		const { clock } = this.#lender;
		const sentAt = clock.now();
		operation.attempts += 1;
		operation.askedOn = checkout;
		session.askedAt = sentAt;
		if (inTransaction || operation.managed || kind.kind === "begin") (this.#scope ??= new TransactionScope()).noteSent(kind, inTransaction, operation.managed);
		this.#put(operation, session, (error, result, fields) => {
			session.askedAt = Infinity;
			if (operation.askedOn !== checkout) {
				this.#lender.release(checkout);
				return;
			}
			operation.askedOn = void 0;
			const now = clock.now();
			const { host } = connection.home;
			if (error !== null) {
				if (isAnswer(error)) host.heardAt = now;
				this.#noteTraces(operation, checkout, void 0, false);
				const { mayHaveRun } = session.connection;
				this.#failed({
					operation,
					checkout,
					error,
					inTransaction,
					transactionOpen,
					sessionClean,
					mayHaveRun
				});
				return;
			}
			host.noteResult(now, now - sentAt);
			this.#noteTraces(operation, checkout, result, hasRowsIn(fields));
			if (kind.kind === "commit" || kind.kind === "rollback") this.#transactionEnded(operation, session);
			else if (operation.managed && transactionOpen && !session.transactionOpen && isInParts(kind)) this.#lose(/* @__PURE__ */ new Error("A procedure, or one of several statements, has ended the transaction"));
			this.#finish(operation, null, result, fields);
		});
	}
	#put({ what, statement, decoding, kind, receiver, to }, session, done) {
		switch (what) {
			case "query":
				session.run(false, statement, decoding, kind, done);
				break;
			case "execute":
				session.run(true, statement, decoding, kind, done);
				break;
			case "stream":
				if (receiver !== void 0) session.stream(statement, decoding, kind, receiverOf(receiver, done));
				break;
			case "ping":
				session.ping(done);
				break;
			case "changeUser": session.changeUser(to ?? {}, done);
		}
	}
	#transactionEnded({ kind, managed }, session) {
		this.#scope?.end(managed);
		if (kind.release === true) {
			session.destroy();
			this.#settled = !session.changed;
		}
	}
	#noteTraces({ what, kind }, checkout, result, hasRows) {
		if (what === "ping") return;
		const insertId = insertIdOf(result);
		if (this.#alone) checkout.connection.resource.noteTraces(mayLeaveId(kind, insertId, hasRows));
		else (this.#traces ??= new Traces()).note(kind, checkout, insertId, hasRows);
	}
	#failed(failure) {
		const { operation, checkout, error, inTransaction, sessionClean, mayHaveRun } = failure;
		const { what, kind, attempts } = operation;
		const { home, resource } = checkout.connection;
		const { host } = home;
		const errorClass = classOf(error, resource, !inTransaction && sessionClean);
		if (errorClass === ErrorClass.notReady || errorClass === ErrorClass.unknown) this.#lender.refused(host, error, checkout.connection.begunAt);
		const { retryReads, hostCount: hosts } = this.#lender;
		switch (afterFailure({
			errorClass,
			statement: kind,
			mayHaveRun,
			refusedAtOnce: isRefusedAtOnce(error),
			repeatable: (what === "query" || what === "execute" || what === "ping") && kind.localFile !== true,
			onlyForSession: what === "changeUser",
			inTransaction,
			sessionClean,
			attempts,
			hosts,
			retryReads
		})) {
			case "rethrow":
				this.#rethrow(failure);
				break;
			case "rethrowTransactionGone":
				this.#lose(error);
				this.#finish(operation, error);
				break;
			case "hostLost":
				if (inTransaction) this.#lose(error);
				resource.destroy(error);
				this.#finish(operation, hostLostError(host.name, inTransaction, attempts, error));
				break;
			case "outcomeUnknown":
				if (inTransaction && kind.kind !== "commit") this.#lose(error);
				this.#transactionOver = true;
				this.#settled = sessionClean;
				resource.destroy(error);
				this.#finish(operation, outcomeUnknownError(host.name, kind, error));
				break;
			case "rolledBack":
				this.#transactionOver = true;
				this.#settled = sessionClean;
				this.#finish(operation, null, NOTHING_DONE);
				break;
			case "retry":
				this.#retry(operation, error);
				break;
			case "retryIfReadOnly":
				this.#ifReadOnly(checkout, error, (readOnly) => {
					if (readOnly) this.#retry(operation, error);
					else this.#finish(operation, error);
				});
				break;
			case "rethrowIfReadOnly": this.#ifReadOnly(checkout, error, () => this.#rethrow(failure));
		}
	}
	/** Few errors are known to leave a transaction as it was. After any other the server is asked, before anything else is sent. */
	#rethrow({ operation, checkout, error, inTransaction, transactionOpen }) {
		const { resource } = checkout.connection;
		if (!resource.alive) {
			if (inTransaction) this.#lose(error);
			this.#finish(operation, error);
			return;
		}
		const { mayTaint, commitsFirst } = operation.kind;
		if (!(mayTaint && commitsFirst === true) && (!transactionOpen || keepsTransaction(error) || commitsFirst === true) || !isAnswer(error)) {
			this.#finish(operation, error);
			return;
		}
		resource.askStatus((failure) => {
			if (failure !== null) resource.destroy(failure);
			if (transactionOpen && (!resource.alive || !resource.transactionOpen)) this.#lose(error);
			this.#finish(operation, error);
		});
	}
	/** Finds out whether a write was refused because the server is read-only, and lets that be known. */
	#ifReadOnly({ connection }, error, done) {
		const { home, resource } = connection;
		if (!home.host.condition.writable) {
			done(true);
			return;
		}
		readOnlyNow(resource.connection, error, (readOnly) => {
			if (readOnly !== "no") this.#lender.readOnly(home.host, error, readOnly === "explained");
			done(readOnly !== "no");
		});
	}
	#retry(operation, error) {
		if (this.#released) {
			this.#finish(operation, error);
			return;
		}
		this.#lender.noteRetry();
		this.#move(operation);
	}
	/** Gives the connection back, and sends the operation on another one. */
	#move(operation) {
		const left = this.#checkout;
		if (left !== void 0) {
			this.#detach(left);
			const { resource, home } = left.connection;
			if (resource.alive && home.host.serves.read) this.#lender.release(left);
			else this.#lender.discard(left);
		}
		this.#lender.checkout({ access: operation.access }, (error, checkout) => {
			if (checkout === void 0) this.#finishLater(operation, error ?? /* @__PURE__ */ new Error("No connection and no error"));
			else if (this.#released) {
				this.#lender.release(checkout);
				this.#finishLater(operation, releasedError());
			} else {
				this.#attach(checkout);
				this.#sendWithoutTraces(operation, checkout);
			}
		});
	}
	#afterLostTransaction(operation) {
		const { kind, what } = operation;
		const checkout = this.#checkout;
		const session = this.session;
		const alive = session?.alive === true;
		if (what === "ping" && alive && checkout !== void 0) {
			this.#send(operation, checkout);
			return;
		}
		const scope = this.#scope;
		if (scope !== void 0 && !endsTransaction(kind)) {
			this.#finishLater(operation, scope.refusal(this.#last.connection.home.host.name));
			return;
		}
		if (session === void 0 || !alive) {
			scope?.end(operation.managed);
			this.#transactionOver = true;
			this.#settled = session?.changed !== true;
			this.#finishLater(operation, null, NOTHING_DONE);
			return;
		}
		this.#put(operation, session, (error, result, fields) => {
			if (error === null || session.alive) {
				if (error === null) this.#transactionEnded(operation, session);
				this.#finish(operation, error, result, fields);
				return;
			}
			scope?.end(operation.managed);
			this.#settled = !session.changed;
			this.#transactionOver = true;
			this.#finish(operation, null, NOTHING_DONE);
		});
	}
	/** Of several statements in one, or of a procedure, some may be done when one is undone. */
	#trueOf({ kind, attempts }, error) {
		const host = this.#last.connection.home.host.name;
		if (isInParts(kind) && attempts > 0 && isAnswer(error) && wasUndone(error)) return outcomeUnknownError(host, kind, error);
		return this.#scope?.trueOf(error, host) ?? error;
	}
	#finishLater(operation, error, result) {
		setImmediate(() => this.#finish(operation, error, result));
	}
	/** The operation is over, and the next has its turn: before anything that is asked for in the call that ends this one. */
	#finish(operation, error, result, fields) {
		if (isInParts(operation.kind) && this.session?.transactionOpen === true) (this.#scope ??= new TransactionScope()).noteOpened();
		const next = this.#queue?.shift();
		this.#current = next;
		const told = error === null ? null : this.#trueOf(operation, error);
		operation.done(told, result, fields);
		if (next !== void 0) this.#begin(next);
		else if (this.#current === void 0) {
			const whenIdle = this.#whenIdle;
			this.#whenIdle = void 0;
			whenIdle?.();
		}
	}
};
/** A statement that its caller calls a write is one, whatever its text says: it is not repeated. */
function asWrite(kind) {
	return {
		...kind,
		kind: "write"
	};
}
/** An error that looks like one of the network, on a connection that is open, is the application's own. */
function classOf(error, { alive }, isPlain) {
	if (isPlain && isReadOnlySession(error)) return ErrorClass.readOnly;
	const errorClass = classify$1(error);
	return errorClass === ErrorClass.lost && alive ? ErrorClass.statement : errorClass;
}
/** Several statements, or a procedure or a block that may have several in it. */
function isInParts({ several, commitsFirst, mayTaint }) {
	return several === true || commitsFirst === true && mayTaint;
}
/** Several results come with a list of their columns, in which those without rows have none. */
function hasRowsIn(fields) {
	return fields?.some((columns) => columns !== void 0) === true;
}
function insertIdOf(result) {
	return typeof result === "object" && result !== null && "insertId" in result ? result.insertId : void 0;
}
/** What a statement without rows is answered with comes as the only row of its stream. */
function receiverOf(receiver, done) {
	let columns;
	let header;
	return {
		fields: (fields) => {
			columns = fields;
			receiver.fields(fields);
		},
		row: (row) => {
			if (columns === void 0) header = row;
			receiver.row(row);
		},
		done: (error) => done(error, header, columns)
	};
}
// packages/core/src/statement/to-statement.ts
/**
* The two ways to give a statement, as one.
* @throws ERR_HOSTPOOL_UNSUPPORTED for what is none
*/
function toStatement(sql, values) {
	if (typeof sql === "string") return {
		sql,
		values
	};
	if (typeof sql === "object" && sql !== null && typeof sql.sql === "string") {
		const { access } = sql;
		if (access !== void 0 && access !== "read" && access !== "write") throw unknownAccess(access);
		return values === void 0 ? sql : {
			...sql,
			values
		};
	}
	throw new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `A statement is a string or an object with a string 'sql', not ${sql === null ? "null" : typeof sql}`);
}
function unknownAccess(access) {
	return new HostpoolError("ERR_HOSTPOOL_UNSUPPORTED", `A statement's access: got ${typeof access === "string" ? JSON.stringify(access) : typeof access}; expected 'read' or 'write'`);
}
// packages/core/src/session/pool-lease.ts
/** Frozen, so that they are checked once. */
const NO_OPTIONS$1 = Object.freeze({});
const NO_STATEMENT = Object.freeze({ sql: "" });
const PING = Object.freeze({
	kind: "read",
	mayTaint: false
});
const CHANGE_USER = Object.freeze({
	kind: "write",
	mayTaint: true
});
/** The lease that `getConnection` answers. */
var PoolLease = class {
	#lender;
	#executor;
	#streams;
	constructor(lender, checkout, options) {
		this.#lender = lender;
		this.#executor = new StatementExecutor(lender, checkout, options);
	}
	get host() {
		return this.#executor.lastCheckout.connection.home.host.name;
	}
	get threadId() {
		return this.#executor.session?.connection.threadId;
	}
	get serverVersion() {
		return this.#executor.lastCheckout.connection.resource.connection.serverVersion;
	}
	get inTransaction() {
		return this.#executor.inTransaction;
	}
	get noBackslashEscapes() {
		return this.#executor.lastCheckout.connection.resource.noBackslashEscapes;
	}
	query(sql, values) {
		return this.#promised("query", sql, values);
	}
	execute(sql, values) {
		return this.#promised("execute", sql, values);
	}
	stream(sql, values) {
		const statement = toStatement(sql, values);
		const executor = this.#executor;
		const stream = new RowStream(() => executor.isCurrent(operation) ? executor.session?.connection : void 0);
		const inContext = AsyncResource.bind.bind(AsyncResource);
		const finish = inContext((error) => stream.finish(error));
		const operation = {
			...this.#operation("stream", statement, this.#kindOf(statement, false), finish),
			receiver: {
				fields: inContext((fields) => stream.fields(fields)),
				row: inContext((row) => stream.row(row)),
				done: () => void 0
			}
		};
		const streams = this.#streams ??= /* @__PURE__ */ new Set();
		streams.add(stream);
		stream.once("close", () => streams.delete(stream));
		executor.run(operation);
		return stream;
	}
	beginTransaction(options = NO_OPTIONS$1) {
		return new Promise((resolve, reject) => {
			checkCall("beginTransaction", options);
			const operations = [];
			for (const sql of startTransaction(options)) {
				const kind = this.#lender.kinds.of(sql);
				const place = operations.length;
				const operation = this.#operation("query", { sql }, kind, (error) => {
					if (error !== null) {
						for (const later of operations.slice(place + 1)) later.refusal = error;
						reject(error);
					} else if (place === operations.length - 1) resolve();
				});
				operations.push(operation);
			}
			for (const operation of operations) this.#executor.run(operation);
		});
	}
	async commit() {
		await this.query("COMMIT");
	}
	async rollback() {
		await this.query("ROLLBACK");
	}
	ping() {
		return new Promise((resolve, reject) => {
			if (this.#executor.released) throw releasedError();
			this.#executor.run(this.#operation("ping", NO_STATEMENT, PING, settle(resolve, reject)));
		});
	}
	changeUser(to) {
		return new Promise((resolve, reject) => {
			this.#executor.run({
				...this.#operation("changeUser", NO_STATEMENT, CHANGE_USER, settle(resolve, reject)),
				to
			});
		});
	}
	/** Streams that nothing reads are thrown away, for what is asked for next would wait behind them for ever. */
	abandonUnreadStreams() {
		for (const stream of this.#streams ?? []) if (!stream.isRead) stream.destroy();
	}
	/** While true, what runs belongs to a transaction whose end is the pool's. */
	manage(managed) {
		this.#executor.manage(managed);
	}
	/** An error that its transaction has ended with, as it is to be told now that the transaction is over. */
	trueInTheEnd(error) {
		return this.#executor.trueInTheEnd(error);
	}
	release() {
		this.#executor.release();
	}
	destroy() {
		this.#executor.destroy();
	}
	[Symbol.asyncDispose]() {
		this.release();
		return Promise.resolve();
	}
	#kindOf(statement, prepared) {
		return kindOfStatement(this.#lender.kinds, statement, prepared, this.#executor.decoding);
	}
	#operation(what, statement, kind, done) {
		return this.#executor.operation(what, statement, kind, done);
	}
	#promised(what, sql, values) {
		return new Promise((resolve, reject) => {
			const statement = toStatement(sql, values);
			const kind = this.#kindOf(statement, what === "execute");
			const operation = this.#operation(what, statement, kind, (error, result, fields) => {
				if (error === null) resolve([result, fields]);
				else reject(error);
			});
			this.#executor.run(operation);
		});
	}
};
function settle(resolve, reject) {
	return (error) => error === null ? resolve() : reject(error);
}
// packages/core/src/session/run-transaction.ts
/** Runs a callback in a transaction, as a whole again where that was asked for and is safe. */
function runTransaction(borrow, lender, work, options) {
	return runAgain(() => runOnce(borrow, work, options), options, lender);
}
async function runOnce(borrow, work, { isolationLevel, readOnly, ...options }) {
	const access = options.access ?? (readOnly === true ? "read" : "write");
	const lease = await borrow({
		...options,
		access
	});
	try {
		await lease.beginTransaction({
			isolationLevel,
			readOnly
		});
		lease.manage(true);
		const result = await work(lease);
		lease.manage(false);
		lease.abandonUnreadStreams();
		await lease.commit();
		return result;
	} catch (error) {
		lease.manage(false);
		lease.abandonUnreadStreams();
		await lease.rollback().catch(() => lease.destroy());
		throw lease.trueInTheEnd(error);
	} finally {
		lease.release();
	}
}
// packages/core/src/session/connect-timeout.ts
/** What mysql2 calls a connect that took too long, with what it lacks: where, and how long. */
function connectTimeoutError(host, milliseconds) {
	const error = /* @__PURE__ */ new Error(`connect ETIMEDOUT ${host}: no connection within ${milliseconds} ms`);
	return Object.assign(error, {
		code: "ETIMEDOUT",
		syscall: "connect",
		fatal: true,
		host
	});
}
// packages/core/src/driver/port.ts
/** Bits of `serverStatus`. */
const ServerStatus = {
	inTransaction: 1,
	autocommit: 2,
	/** What a routine that sets the mode leaves behind, too: the flag alone is not the mode. */
	noBackslashEscapes: 512
};
// packages/core/src/session/session.ts
/**
* What a session knows of the statements before (the last generated key, counts, warnings) is a server's answer to the statement
* that asks for it, so an earlier borrower's must be gone before. DO leaves what FOUND_ROWS() answers, and a SELECT without
* LAST_INSERT_ID(0) the key. A SELECT without a table leaves the warnings on MariaDB.
*/
const FORGETS = {
	"forget id": "DO LAST_INSERT_ID(0)",
	"forget counts": "SELECT 1 FROM (SELECT 1) AS t",
	"forget all": "SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t"
};
/**
* One connection and what its borrowers have left in its session. The engine sees a resource that is clean or not; leases see
* something that runs statements, one after the other.
*/
var Session = class {
	connection;
	#setup;
	#host;
	/** A statement may have left something that the server does not report. */
	#tainted = false;
	/** Something was set for a transaction that has not begun. */
	#nextTransaction = false;
	askedAt = Infinity;
	/** Whose statements run on it now. */
	borrower;
	/** It was made to belong to another user than the pool's. */
	#userChanged = false;
	/** Statements have run since it was last clean. */
	#used = false;
	/** Statements have left traces that a statement can ask for: since it was last reset … */
	#traces = false;
	#id = false;
	/** … and before its borrower got it. */
	#foreignTraces = false;
	#foreignId = false;
	/** The application's `onConnect` is at work, and waits for no answer of the server's. */
	hookRuns = false;
	/** The beginning of a transaction is under way. */
	#beginning = false;
	#onLost;
	constructor(connection, setup, host) {
		this.connection = connection;
		this.#setup = setup;
		this.#host = host;
	}
	get alive() {
		return this.connection.alive;
	}
	get applicationAtWork() {
		return this.hookRuns && !this.connection.busy;
	}
	get onLost() {
		return this.#onLost;
	}
	set onLost(listener) {
		this.#onLost = listener;
		this.connection.onLost = listener;
	}
	/** Whether a transaction is open, or about to be. Without autocommit every statement may have opened one. */
	get inTransaction() {
		const { serverStatus } = this.connection;
		if (this.#beginning || (serverStatus & ServerStatus.inTransaction) !== 0) return true;
		return this.#used && (serverStatus & ServerStatus.autocommit) === 0;
	}
	/** Whether the server says that a transaction is open. */
	get transactionOpen() {
		return (this.connection.serverStatus & ServerStatus.inTransaction) !== 0;
	}
	/** Whether the server reads a backslash in a string as any other character; true as well while that is not certain. */
	get noBackslashEscapes() {
		return this.connection.noBackslashEscapes !== false;
	}
	/** Whether session state was changed: variables, temporary tables, locks, the schema. */
	get changed() {
		const { sessionChanged, noBackslashEscapes } = this.connection;
		return this.#tainted || this.#nextTransaction || this.#userChanged || sessionChanged || noBackslashEscapes === void 0;
	}
	/** Whether the borrower's next statement could as well run on another connection. */
	get movable() {
		return !this.inTransaction && !this.changed && !this.connection.busy;
	}
	/** Whether a statement that asks for what was before would be told of another borrower's. */
	get hasForeignTraces() {
		return this.#foreignTraces;
	}
	/** Whether the key that LAST_INSERT_ID() answers may be another borrower's. */
	get hasForeignId() {
		return this.#foreignId;
	}
	/** @param id - whether a generated key may be among them */
	noteTraces(id) {
		this.#traces = true;
		if (id) this.#id = true;
	}
	/** What was left until now is not its next borrower's. */
	lendTo(borrower) {
		this.borrower = borrower;
		this.#foreignTraces = this.#traces;
		this.#foreignId = this.#id;
	}
	get needsCleaning() {
		return this.borrower?.busy === true || this.connection.busy || this.inTransaction || this.changed || this.#setup.resetOnRelease && this.#used;
	}
	run(prepared, statement, decoding, kind, done) {
		this.#note(kind);
		const answered = kind.kind === "begin" ? this.#begins(done) : done;
		if (prepared) this.connection.execute(statement, decoding, answered);
		else this.connection.query(statement, decoding, answered);
	}
	stream(statement, decoding, kind, receiver) {
		this.#note(kind);
		this.connection.stream(statement, decoding, receiver);
	}
	changeUser(to, done) {
		this.#userChanged = true;
		this.#used = true;
		this.connection.changeUser(to, (error) => {
			if (error === null) this.#setup.restore(this, false, done);
			else done(error);
		});
	}
	ping(done) {
		this.connection.ping(done);
	}
	validate(done) {
		this.connection.ping(done);
	}
	/** Brings the server's status flags up to date, which no error carries. */
	askStatus(done) {
		this.connection.query({ sql: "DO 0" }, {}, (error) => done(error));
	}
	/** Makes the session forget what earlier statements have left for those that ask. */
	forgetTraces(what, done) {
		this.connection.query({ sql: FORGETS[what] }, {}, (error) => {
			if (error === null) this.#forgotten(what);
			done(error);
		});
	}
	/** Waits until everything that was asked for has been answered, and only then decides what is to be undone. */
	clean(done) {
		const { borrower } = this;
		if (borrower?.busy === true) borrower.whenIdle(() => this.#cleanNow(done));
		else this.#cleanNow(done);
	}
	hostSilent() {
		this.borrower?.hostSilent();
	}
	/** Says goodbye when everything that was asked for has been answered. */
	close(done) {
		const { borrower } = this;
		if (borrower?.busy === true) borrower.whenIdle(() => this.connection.close(done));
		else this.connection.close(done);
	}
	destroy(error) {
		this.connection.destroy(error);
	}
	unref() {
		this.connection.unref();
	}
	/** Another user's, or changed on a server whose reset does not undo everything. */
	get spoilt() {
		return this.#userChanged || !this.#host.resetIsSafe && this.changed;
	}
	/** Brings a new connection into the state that every borrower finds. */
	prepare(done, work) {
		this.#setup.prepare(this, work, (error) => {
			if (error === null) this.#cleaned(done);
			else done(error);
		});
	}
	#cleanNow(done) {
		this.borrower = void 0;
		if (!this.alive) done(/* @__PURE__ */ new Error("The connection was lost"));
		else if (this.spoilt) done(null);
		else if (this.changed || this.#setup.resetOnRelease && this.#used) this.#reset(done);
		else if (this.inTransaction) this.#rollBack(done);
		else this.#cleaned(done);
	}
	#rollBack(done) {
		this.connection.query({ sql: "ROLLBACK" }, {}, (error) => {
			if (error !== null) done(error);
			else if (this.transactionOpen) done(/* @__PURE__ */ new Error("A transaction is open after ROLLBACK"));
			else if (this.spoilt) done(null);
			else if (this.changed) this.#reset(done);
			else this.#cleaned(done);
		});
	}
	/** Until its answer is there nothing tells whether a transaction is open. */
	#begins(done) {
		this.#beginning = true;
		return (error, result, fields) => {
			this.#beginning = false;
			if (error === null) this.#nextTransaction = false;
			done(error, result, fields);
		};
	}
	#note(kind) {
		this.#used = true;
		if (kind.forNextTransaction === true) this.#nextTransaction = true;
		if (kind.mayTaint || kind.kind === "write" && !this.#setup.tracked(this.connection)) this.#tainted = true;
	}
	#reset(done) {
		const schemaChanged = this.connection.schemaChangedTo !== void 0 || !this.#setup.tracked(this.connection);
		this.connection.reset((error) => {
			if (error !== null) done(error);
			else this.#setup.restore(this, schemaChanged, (failure) => {
				this.#forgotten("forget all");
				if (failure === null) this.#cleaned(done);
				else done(failure);
			});
		});
	}
	#forgotten(what) {
		if (what !== "forget id") {
			this.#traces = false;
			this.#foreignTraces = false;
		}
		if (what === "forget counts") return;
		this.#id = false;
		this.#foreignId = false;
	}
	#cleaned(done) {
		this.#tainted = false;
		this.#nextTransaction = false;
		this.#used = false;
		this.connection.forgetChanges();
		done(null);
	}
};
// packages/core/src/session/session-connector.ts
/** Opens sessions: connects, and sets the session up; all of it within `connectTimeout`. */
var SessionConnector = class {
	#driver;
	#clock;
	#config;
	#setup;
	constructor(driver, clock, config, setup) {
		this.#driver = driver;
		this.#clock = clock;
		this.#config = config;
		this.#setup = setup;
	}
	connect(host, listener) {
		const { connectTimeout } = this.#config;
		const application = new ApplicationTime(this.#clock);
		let handshake;
		let session;
		let settled = false;
		const settle = () => {
			if (settled) return false;
			settled = true;
			timer?.cancel();
			return true;
		};
		const fail = (error, blame = blameOf(error), letIn = false) => {
			if (!settle()) return;
			handshake?.abort();
			session?.destroy();
			listener.failed({
				error,
				blame,
				letIn
			});
		};
		const timer = connectTimeout === 0 ? void 0 : this.#clock.after(connectTimeout, () => {
			const culprit = application.culprit(connectTimeout);
			fail(culprit === void 0 ? connectTimeoutError(host.name, connectTimeout) : applicationTimeoutError(host.name, connectTimeout, culprit));
		});
		const work = (what) => {
			if (settled) return;
			application.note(what);
			listener.application(what);
		};
		handshake = this.#driver.connect({
			host: host.config,
			connection: this.#config
		}, (error, connection) => {
			if (connection === void 0) {
				fail(error ?? /* @__PURE__ */ new Error("The connect failed without an error"));
				return;
			}
			session = new Session(connection, this.#setup, host);
			const opened = session;
			opened.prepare((failure) => {
				if (failure !== null && opened.alive) fail(failure, setupBlame(failure));
				else if (failure !== null) fail(failure, "host", true);
				else if (settle()) listener.connected(opened);
			}, work);
		}, work);
		return { abort: () => {
			if (!settle()) return;
			handshake?.abort();
			session?.destroy();
		} };
	}
};
/** What the application's own code takes of a connect. */
var ApplicationTime = class {
	#clock;
	#atWork;
	#last;
	#since = 0;
	#total = 0;
	constructor(clock) {
		this.#clock = clock;
	}
	note(what) {
		const now = this.#clock.now();
		if (this.#atWork !== void 0) this.#total += now - this.#since;
		this.#atWork = what;
		this.#last = what ?? this.#last;
		this.#since = now;
	}
	/** What is still at work, or has left the server less than half of the time; undefined when the server had its time. */
	culprit(limit) {
		if (this.#atWork !== void 0) return `${this.#atWork} has not answered yet`;
		const taken = Math.round(this.#total);
		return taken > limit / 2 ? `${this.#last} took ${taken} ms of them` : void 0;
	}
};
function applicationTimeoutError(host, milliseconds, culprit) {
	return new HostpoolError("ERR_HOSTPOOL_CONFIG", `No connection to ${host} within connectTimeout (${milliseconds} ms): ${culprit}`, { host });
}
function setupBlame(error) {
	return isApplicationFault(error) ? "configuration" : blameOf(error, "configuration");
}
/** @param otherwise - for an error that the table does not know, on a connection that is open */
function blameOf(error, otherwise = "host") {
	if (isApplicationFault(error)) return "application";
	switch (classifyConnectFailure(error)) {
		case ErrorClass.configuration: return "configuration";
		case ErrorClass.overload: return "overload";
		case ErrorClass.notReady: return "host";
		default: return otherwise;
	}
}
// packages/core/src/driver/charset.ts
const { CharsetToEncoding } = mysql2;
const numbers = new Map(Object.entries(mysql2.Charsets));
/** The collation that mysql2 asks for when it is given this charset or collation, as SQL calls it. */
function collationOf(name) {
	const number = numbers.get(name.toUpperCase());
	const collation = [...numbers].find(([known, other]) => other === number && known.includes("_"))?.[0] ?? name;
	const [charset = collation] = collation.split("_");
	return {
		charset: charset.toLowerCase(),
		collation: collation.toLowerCase()
	};
}
// packages/core/src/session/setup-connection.ts
/** What an `onConnect` hook works with: the connection itself, before anybody borrows it. */
var SetupConnection = class {
	#session;
	#turn;
	#ended = false;
	/** The last statement that was asked for: a connection takes one at a time. */
	#tail = Promise.resolve();
	/** @param turn - told whose turn it is: the server's while a statement is under way */
	constructor(session, turn) {
		this.#session = session;
		this.#turn = turn;
	}
	query(sql, values) {
		return this.#run(false, sql, values);
	}
	execute(sql, values) {
		return this.#run(true, sql, values);
	}
	/** Nothing more is sent; resolves when all that was asked for has been answered, and the connection may be a borrower's. */
	async end() {
		this.#ended = true;
		await this.#tail;
	}
	#run(prepared, sql, values) {
		if (this.#ended) return Promise.reject(afterHookError());
		const run = () => this.#send(prepared, sql, values);
		const result = this.#tail.then(run, run);
		this.#tail = result.catch(() => void 0);
		return result;
	}
	#send(prepared, sql, values) {
		return new Promise((resolve, reject) => {
			const statement = toStatement(sql, values);
			const { connection } = this.#session;
			const run = prepared ? connection.execute.bind(connection) : connection.query.bind(connection);
			this.#turn(true);
			run(statement, statement.decoding ?? {}, (error, result, fields) => {
				this.#turn(false);
				if (error === null) resolve([result, fields]);
				else reject(error);
			});
		});
	}
};
function afterHookError() {
	return new HostpoolError("ERR_HOSTPOOL_LEASE_RELEASED", "The connection given to onConnect was used after the hook");
}
// packages/core/src/session/session-setup.ts
/** The server does not know the variable. */
const UNKNOWN_VARIABLE = 1193;
const TRACK_STATE = "session_track_state_change = 1";
/**
* The state every borrower finds: session tracking on, the `sessionVariables`, and what the application's `onConnect` sets. A reset of the session
* undoes it, so it is done again afterwards; none of it counts as a change of the borrower's.
*/
var SessionSetup = class {
	resetOnRelease;
	#options;
	/** What is set, with values as a session reads them in which a backslash escapes, and in which it does not. */
	#assignments;
	#assignmentsByDoubling;
	#noBackslashEscapes;
	/** What mysql2 asks for in the handshake, and a reset drops; only known once there was a reset. */
	#handshake;
	/** Connections to servers without session tracking. */
	#untracked = /* @__PURE__ */ new WeakSet();
	constructor(options) {
		this.#options = options;
		const { sessionVariables } = options;
		this.#assignments = assignmentsOf(options, false);
		this.#assignmentsByDoubling = assignmentsOf(options, true);
		this.#noBackslashEscapes = /\bNO_BACKSLASH_ESCAPES\b/i.test(String(sessionVariables["sql_mode"] ?? ""));
		this.resetOnRelease = options.resetOnRelease;
	}
	/** Whether the server reports changes of session state. */
	tracked(connection) {
		return connection.tracksSession && !this.#untracked.has(connection);
	}
	/** Whether a backslash is any other character in the sessions that borrowers find; before the first, as far as the options say. */
	get noBackslashEscapes() {
		return this.#noBackslashEscapes;
	}
	/** On a new connection. */
	prepare(session, work, done) {
		const ready = (error) => {
			if (error === null) this.#noBackslashEscapes = session.noBackslashEscapes;
			done(error);
		};
		this.#setVariables(session, charsetOf(this.#options), () => this.#runHook(session, ready, work), ready);
	}
	/** After a reset, which keeps the schema that a `USE` changed to and drops what the handshake had set. */
	restore(session, schemaChanged, done) {
		const { database } = this.#options;
		if (schemaChanged && database === void 0) {
			done(/* @__PURE__ */ new Error("The borrower chose a schema, and the connection has none of its own to go back to"));
			return;
		}
		const next = () => {
			if (schemaChanged && database !== void 0) this.#use(session, database, () => this.#runHook(session, done), done);
			else this.#runHook(session, done);
		};
		this.#setVariables(session, this.#handshake ??= handshakeOf(this.#options), next, done);
	}
	/** All of them in one round trip. */
	#setVariables(session, more, next, failed) {
		const { connection } = session;
		const own = session.noBackslashEscapes ? this.#assignmentsByDoubling : this.#assignments;
		const assignments = [...more, ...own];
		const set = (list, done, otherwise) => {
			const sql = `SET ${list.join(", ")}`;
			connection.query({ sql }, {}, (error) => error === null ? done() : otherwise(error));
		};
		if (this.#untracked.has(connection)) {
			if (assignments.length === 0) next();
			else set(assignments, next, failed);
			return;
		}
		set([TRACK_STATE, ...assignments], () => {
			if (!connection.sessionChanged) this.#untracked.add(connection);
			next();
		}, (error) => {
			if (error === null || !("errno" in error) || error.errno !== UNKNOWN_VARIABLE) {
				failed(error);
				return;
			}
			this.#untracked.add(connection);
			this.#setVariables(session, more, next, failed);
		});
	}
	#use(session, database, next, failed) {
		const sql = `USE ${escapeId(database, true)}`;
		session.connection.query({ sql }, {}, (error) => error === null ? next() : failed(error));
	}
	#runHook(session, done, work) {
		const { onConnect } = this.#options;
		if (onConnect === void 0) {
			done(null);
			return;
		}
		const turn = (server) => work?.(server ? void 0 : "the onConnect function");
		const connection = new SetupConnection(session, turn);
		session.hookRuns = true;
		turn(false);
		const ended = (error) => {
			session.hookRuns = false;
			turn(true);
			done(error);
		};
		Promise.resolve(connection).then(onConnect).then(() => connection.end(), (error) => {
			connection.end();
			throw error;
		}).then(() => ended(null), (error) => ended(hookError(error))).catch((error) => reportFault("A session could not be set up", error));
	}
};
/** Errors of the server and of the network are known by what they are; any other is the application's own, and says where from. */
function hookError(error) {
	if (error instanceof Error && ("host" in error || "errno" in error && Number(error.errno) > 0)) return error;
	return new HostpoolError("ERR_HOSTPOOL_CONFIG", `The onConnect function failed: ${wordsOf(error)}`, { cause: error });
}
function assignmentsOf({ sessionVariables }, noBackslashEscapes) {
	return Object.entries(sessionVariables).map(([name, value]) => `${name} = ${escapeSql(value, { noBackslashEscapes })}`);
}
/** A server that has not the charset that a handshake asks for takes its own, without a word; asked again, it says so. */
function charsetOf({ charset }) {
	return /^utf8/i.test(charset) ? [] : [namesOf(charset)];
}
function namesOf(given) {
	const { charset, collation } = collationOf(given);
	return `NAMES ${escape(charset)} COLLATE ${escape(collation)}`;
}
function handshakeOf({ charset: given, flags, sessionVariables }) {
	const names = namesOf(given);
	return !flags.includes("-IGNORE_SPACE") && !Object.hasOwn(sessionVariables, "sql_mode") ? [names, "sql_mode = CONCAT_WS(',', @@sql_mode, 'IGNORE_SPACE')"] : [names];
}
// packages/core/src/hostpool.ts
const NO_OPTIONS = Object.freeze({});
/** The pool: puts the rooms together and is the door to all of them. */
var Hostpool = class {
	config;
	clock;
	random;
	hosts;
	kinds = new StatementKinds();
	#hosts;
	#emitter = new PoolEmitter();
	#monitor;
	#engine;
	#discovery;
	#dialer;
	#decodings;
	#setup;
	#hedges;
	#retriedReads = 0;
	#used = false;
	constructor(config, env) {
		this.config = withoutSecrets(config);
		this.clock = env.clock;
		this.random = env.random;
		const { connection, health, resetOnRelease, sessionVariables, onConnect } = config;
		this.#hosts = new HostSet(config.hosts, env.clock);
		this.#decodings = new Decodings(config.decoding);
		this.#hedges = new HedgeBudget(config.connectionLimit);
		this.hosts = new HostControl(this.#hosts, (host) => readHost(host, config), (host) => this.#monitor.accept(host));
		announceChanges(this.#hosts, this.#emitter);
		const driver = new Dialer(env.driver, connection, env.clock);
		this.#dialer = driver;
		this.#monitor = new Monitor(connection, health, {
			...env,
			driver,
			hosts: this.#hosts,
			emitter: this.#emitter
		});
		this.#setup = new SessionSetup({
			database: connection.database,
			charset: connection.charset,
			flags: connection.flags,
			resetOnRelease,
			sessionVariables,
			onConnect
		});
		this.#engine = new Engine(config, {
			clock: env.clock,
			random: env.random,
			connector: new SessionConnector(driver, env.clock, connection, this.#setup),
			hosts: this.#hosts,
			selector: createSelector(config.selector, (problem) => this.#emitter.emit("warning", { message: problem })),
			watch: this.#monitor,
			emitter: this.#emitter
		});
		this.#discovery = createDiscovery(config, {
			...env,
			driver,
			lookup: env.lookup ?? systemLookup,
			hosts: this.#hosts,
			tell: (message) => this.#emitter.emit("warning", { message })
		});
	}
	decodingFor(given) {
		return this.#decodings.for(given);
	}
	get noBackslashEscapes() {
		return this.#setup.noBackslashEscapes;
	}
	get retryReads() {
		return this.config.retryReads;
	}
	get hostCount() {
		return this.#hosts.all.length;
	}
	query(sql, values) {
		return this.#runOnce(false, sql, values);
	}
	execute(sql, values) {
		return this.#runOnce(true, sql, values);
	}
	getConnection(options = NO_OPTIONS) {
		try {
			if (options !== NO_OPTIONS) checkCall("getConnection", options);
			return this.#lend(options);
		} catch (error) {
			return Promise.reject(error);
		}
	}
	async withConnection(work, options) {
		checkWork("withConnection", work);
		const lease = await this.getConnection(options);
		try {
			return await work(lease);
		} finally {
			lease.release();
		}
	}
	async transaction(work, options = NO_OPTIONS) {
		checkWork("transaction", work);
		checkCall("transaction", options);
		return runTransaction((lease) => this.#lend(lease), this, work, options);
	}
	refresh() {
		this.#dialer.renewPassword();
		this.#engine.refresh();
	}
	async check(options = {}) {
		checkCall("check", options);
		if (this.#engine.ended) throw closedError(this.config.poolName);
		this.#start();
		const { promise, resolve } = deferred();
		this.#monitor.check(this.config.health.interval, options.timeout ?? this.config.connectTimeout, resolve);
		const heard = await promise;
		if (this.#engine.ended) throw closedError(this.config.poolName);
		return takeCheck(this.#hosts.all, heard);
	}
	status() {
		const status = this.#engine.status();
		return Object.freeze({
			...status,
			counters: Object.freeze({
				...status.counters,
				retriedReads: this.#retriedReads
			})
		});
	}
	on(event, listener) {
		checkListener("on", event, listener);
		this.#emitter.on(event, listener);
		return this;
	}
	once(event, listener) {
		checkListener("once", event, listener);
		this.#emitter.on(event, listener, true);
		return this;
	}
	off(event, listener) {
		checkListener("off", event, listener);
		this.#emitter.off(event, listener);
		return this;
	}
	end() {
		this.#discovery?.stop();
		this.#monitor.stop();
		return new Promise((resolve) => {
			this.#engine.end(resolve);
		});
	}
	[Symbol.asyncDispose]() {
		return this.end();
	}
	checkout(request, done) {
		this.#start();
		this.#engine.checkout(request, done);
	}
	use(checkout, access, force) {
		return this.#engine.use(checkout, access, force);
	}
	release(checkout) {
		this.#engine.release(checkout);
	}
	discard(checkout) {
		this.#engine.discard(checkout);
	}
	anyServes(access) {
		return this.#hosts.all.some(({ serves }) => canServe(serves, access));
	}
	anyAnswers(access) {
		return this.#hosts.all.some(({ serves, silent }) => !silent && canServe(serves, access));
	}
	mayHedge() {
		return this.config.hedgeReads && this.#hedges.left(this.#engine.served);
	}
	noteHedge() {
		this.#hedges.take();
		this.noteRetry();
	}
	refused(host, error, openedAt) {
		this.#monitor.refused(host, error, openedAt);
	}
	readOnly(host, error, explained) {
		this.#monitor.readOnly(host, error, explained);
	}
	noteRetry() {
		this.#retriedReads += 1;
	}
	/** @throws where the decoding has faults, before anything is taken */
	#lend(options) {
		this.decodingFor(options.decoding);
		this.#start();
		const taken = this.#engine.take(options);
		return taken === void 0 ? this.#waitFor(options) : Promise.resolve(new PoolLease(this, taken, options));
	}
	#waitFor(options) {
		const { promise, resolve, reject } = deferred();
		this.#engine.wait(options, (error, checkout) => {
			if (checkout === void 0) reject(error ?? /* @__PURE__ */ new Error("No connection and no error"));
			else resolve(new PoolLease(this, checkout, options));
		});
		return promise;
	}
	/** Hosts are looked after from the first checkout on. */
	#start() {
		if (this.#used) return;
		this.#used = true;
		this.#monitor.start();
		this.#discovery?.start();
	}
	#runOnce(prepared, sql, values) {
		return new Promise((resolve, reject) => {
			const statement = toStatement(sql, values);
			this.decodingFor(statement.decoding);
			const kind = kindOfStatement(this.kinds, statement, prepared, this.config.decoding);
			const access = statement.access ?? (kind.kind === "read" ? "read" : "write");
			this.checkout({ access }, (error, checkout) => {
				if (checkout === void 0) {
					reject(error ?? /* @__PURE__ */ new Error("No connection and no error"));
					return;
				}
				const executor = new StatementExecutor(this, checkout, { access }, true);
				const what = prepared ? "execute" : "query";
				const operation = executor.operation(what, statement, kind, (failure, result, fields) => {
					executor.release();
					if (failure === null) resolve([result, fields]);
					else reject(failure);
				});
				executor.run(operation);
			});
		});
	}
};
// packages/core/src/simulation/fake-driver.ts
/** A member of a Galera cluster in good health. */
const healthyNode = (sql) => {
	if (sql.startsWith("SHOW GLOBAL VARIABLES")) return [["wsrep_on", "ON"], ["wsrep_provider", "libgalera_smm.so"]];
	if (sql.includes("SELECT 'READ_ONLY'") && !sql.includes("WSREP")) return [["READ_ONLY", "0"]];
	if (!sql.includes("WSREP_LOCAL_STATE")) return [];
	return [
		["WSREP_LOCAL_STATE", "4"],
		["WSREP_CLUSTER_STATUS", "Primary"],
		["WSREP_READY", "ON"],
		["READ_ONLY", "0"],
		["WSREP_REJECT_QUERIES", "NONE"],
		["WSREP_SST_DONOR_REJECTS_QUERIES", "0"]
	];
};
/** Connects a whole pool, sessions and probes included, to fake servers. */
var FakeDriver = class {
	answer = healthyNode;
	/** The name that a certificate would be checked against, by the host that was connected to last. */
	servernames = /* @__PURE__ */ new Map();
	#serverOf;
	constructor(serverOf) {
		this.#serverOf = serverOf;
	}
	connect({ host }, listener) {
		let connection;
		this.servernames.set(host.host, host.servername);
		return this.#serverOf(host.host).connect({
			opened: (link) => {
				connection = new FakeDriverConnection(link, (sql) => this.answer(sql, link.server));
				listener(null, connection);
			},
			failed: (error) => listener(Object.assign(error, { fatal: true })),
			lost: (error) => connection?.lose(error)
		});
	}
};
var FakeDriverConnection = class {
	serverVersion = "10.11.0-simulated";
	threadId;
	tracksSession = true;
	noBackslashEscapes = false;
	/** Switching session tracking on is what a server reports first. */
	sessionChanged = false;
	mayHaveRun = false;
	schemaChangedTo = void 0;
	onLost;
	alive = true;
	serverStatus = ServerStatus.autocommit;
	#link;
	#answer;
	#running;
	constructor(link, answer) {
		this.#link = link;
		this.threadId = link.number;
		this.#answer = answer;
	}
	get busy() {
		return this.#running !== void 0;
	}
	query({ sql }, _, done) {
		this.#send(sql, done);
	}
	execute({ sql }, _, done) {
		this.#send(sql, done);
	}
	stream({ sql }, _, receiver) {
		this.#send(sql, (error) => receiver.done(error));
	}
	pause() {}
	resume() {}
	ping(done) {
		this.#send("ping", done);
	}
	reset(done) {
		this.#send("reset", done);
	}
	changeUser(_, done) {
		this.#send("change user", done);
	}
	forgetChanges() {
		this.sessionChanged = false;
	}
	close(done) {
		this.alive = false;
		this.onLost = void 0;
		this.#link.quit(done);
	}
	destroy(error) {
		this.alive = false;
		this.onLost = void 0;
		this.#link.cut();
		this.#failRunning(error ?? /* @__PURE__ */ new Error("The connection was destroyed"));
	}
	unref() {}
	lose(error) {
		if (!this.alive) return;
		this.alive = false;
		const { onLost } = this;
		this.onLost = void 0;
		onLost?.(error);
		this.#failRunning(Object.assign(error, { fatal: true }));
	}
	#send(sql, done) {
		if (this.#running !== void 0) throw new Error("A command is under way on this connection");
		this.mayHaveRun = this.alive;
		if (!this.alive) {
			queueMicrotask(() => done(Object.assign(/* @__PURE__ */ new Error("The connection is closed"), { fatal: true })));
			return;
		}
		this.#running = done;
		this.#link.ask(sql, (failure) => {
			if (this.#running !== done) return;
			this.#running = void 0;
			const answer = failure ?? this.#answer(sql);
			if (answer instanceof Error) done(answer);
			else {
				this.#follow(sql);
				done(null, answer, /^(?:select|show)/i.test(sql) ? fieldsOf(answer) : void 0);
			}
		});
	}
	/** The flags that a server keeps of a session. */
	#follow(sql) {
		if (/^set session_track_state_change/i.test(sql)) this.sessionChanged = true;
		if (/^(?:begin|start transaction)/i.test(sql)) this.serverStatus |= ServerStatus.inTransaction;
		if (/^(?:commit|rollback|reset)/i.test(sql)) this.serverStatus &= ~ServerStatus.inTransaction;
	}
	#failRunning(error) {
		const running = this.#running;
		if (running === void 0) return;
		queueMicrotask(() => {
			if (this.#running !== running) return;
			this.#running = void 0;
			running(error);
		});
	}
};
/** Columns of names and values, as probes have them. */
function fieldsOf(rows) {
	const names = rows.columns ?? ["name", "value"];
	const count = rows.columns?.length ?? rows[0]?.length ?? 0;
	return Array.from({ length: count }, (_, index) => ({ name: names[index] ?? `column${index}` }));
}
// packages/core/src/simulation/fake-server.ts
const usualWays = {
	welcome: "accepts",
	handshakeTime: 5,
	answers: "well",
	answerTime: 1,
	partsWell: true,
	goodbyeTime: 1
};
/** A server without a network, on virtual time. It keeps its own books, so that a pool's limits are checked from outside. */
var FakeServer = class {
	name;
	ways = { ...usualWays };
	#clock;
	#observe;
	#links = /* @__PURE__ */ new Map();
	/** Links whose flows were dropped without a word. */
	#muted = /* @__PURE__ */ new WeakSet();
	#held = [];
	#frozen = false;
	#numbers = 0;
	#handshaking = 0;
	#handshakes = 0;
	constructor(name, clock, observe) {
		this.name = name;
		this.#clock = clock;
		this.#observe = observe;
	}
	/** Connections open at this end. */
	get open() {
		return this.#links.size;
	}
	/** Handshakes under way at this moment. */
	get handshaking() {
		return this.#handshaking;
	}
	/** Handshakes that were ever begun. */
	get handshakes() {
		return this.#handshakes;
	}
	connect(listener) {
		this.#handshakes += 1;
		this.#handshaking += 1;
		this.#observe?.(this, "handshake");
		let over = false;
		const end = () => {
			if (over) return false;
			over = true;
			this.#handshaking -= 1;
			return true;
		};
		const time = this.ways.welcome === "refuses" ? 0 : this.ways.handshakeTime;
		this.#later(time, () => {
			if (over || this.ways.welcome === "is silent") return;
			end();
			const refusal = refusalOf(this.ways.welcome);
			if (refusal === void 0) listener.opened(this.#open(listener));
			else {
				this.#observe?.(this, refusal.message);
				listener.failed(refusal);
			}
		});
		return { abort: () => {
			if (end()) this.#observe?.(this, "handshake given up");
		} };
	}
	/** Stops the process, as SIGSTOP does: everything open stays open, nothing is answered. */
	freeze() {
		this.#frozen = true;
	}
	/** Lets it go on; what was asked meanwhile is answered now. */
	thaw() {
		this.#frozen = false;
		const held = this.#held;
		this.#held = [];
		for (const act of held) this.#clock.afterIdly(0, act);
	}
	/** Every connection is lost, as when the process is killed; whether it can be reached afterwards is up to its ways. */
	dropAll() {
		for (const [link, listener] of Array.from(this.#links)) {
			if (this.#muted.has(link) || !this.#forget(link)) continue;
			this.#observe?.(this, `#${link.number} lost`);
			listener.lost(serverError("PROTOCOL_CONNECTION_LOST", `${this.name} closed the connection`));
		}
	}
	/** The flows of every connection are dropped without a word, as a firewall does; new ones get through. */
	muteAll() {
		for (const link of this.#links.keys()) this.#muted.add(link);
	}
	/** The network gives up the flows that were dropped, as TCP does in the end where something was sent. */
	giveUpMuted() {
		for (const [link, listener] of Array.from(this.#links)) {
			if (!this.#muted.has(link) || !this.#forget(link)) continue;
			listener.lost(serverError("ETIMEDOUT", `${this.name} has not answered for many minutes`));
		}
	}
	#open(listener) {
		this.#numbers += 1;
		const number = this.#numbers;
		const tell = (what) => this.#observe?.(this, `#${number} ${what}`);
		const link = {
			number,
			server: this,
			ask: (what, answered) => {
				tell(what);
				const { answerTime } = this.ways;
				this.#later(typeof answerTime === "number" ? answerTime : answerTime(what), () => {
					if (!this.#links.has(link) || this.#muted.has(link) || this.ways.answers === "never") return;
					answered(this.ways.answers === "with an error" ? serverError("ER_UNKNOWN_ERROR", `${this.name} could not ${what}`) : null);
				});
			},
			quit: (done) => {
				tell("quits");
				this.#later(this.ways.goodbyeTime, () => {
					if (this.ways.partsWell && !this.#muted.has(link) && this.#forget(link)) done();
				});
			},
			cut: () => {
				if (this.#forget(link)) tell("cut");
			}
		};
		this.#links.set(link, listener);
		tell("open");
		return link;
	}
	#forget(link) {
		return this.#links.delete(link);
	}
	/** After so much time, or when it thaws. What a server does keeps no client alive. */
	#later(milliseconds, act) {
		const attend = () => {
			if (this.#frozen) this.#held.push(act);
			else act();
		};
		this.#clock.afterIdly(milliseconds, attend);
	}
};
/** The numbers of those that a server, and not the network, gives. */
const NUMBERS = /* @__PURE__ */ new Map([
	["ER_CON_COUNT_ERROR", 1040],
	["ER_ACCESS_DENIED_ERROR", 1045],
	["ER_BAD_DB_ERROR", 1049]
]);
function serverError(code, message) {
	const errno = NUMBERS.get(code);
	return Object.assign(new Error(message), errno === void 0 ? { code } : {
		code,
		errno
	});
}
function refusalOf(welcome) {
	switch (welcome) {
		case "refuses": return serverError("ECONNREFUSED", "refuses");
		case "has no room": return serverError("ER_CON_COUNT_ERROR", "has no room");
		case "wants another password": return serverError("ER_ACCESS_DENIED_ERROR", "wants another password");
		case "has no such database": return serverError("ER_BAD_DB_ERROR", "has no such database");
		default: return;
	}
}
// packages/core/src/simulation/timer-heap.ts
/** Timers, the next one first: a binary heap. */
var TimerHeap = class {
	#timers = [];
	get size() {
		return this.#timers.length;
	}
	get next() {
		return this.#timers[0];
	}
	add(timer) {
		const timers = this.#timers;
		let index = timers.length;
		timers.push(timer);
		while (index > 0) {
			const parent = index - 1 >> 1;
			const above = timers[parent];
			if (above === void 0 || isBefore(above, timer)) break;
			timers[index] = above;
			index = parent;
		}
		timers[index] = timer;
	}
	takeNext() {
		const timers = this.#timers;
		const taken = timers[0];
		const last = timers.pop();
		if (last === void 0 || timers.length === 0) return taken;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			let below = timers[child];
			if (below === void 0) break;
			const sibling = timers[child + 1];
			if (sibling !== void 0 && isBefore(sibling, below)) {
				child += 1;
				below = sibling;
			}
			if (isBefore(last, below)) break;
			timers[index] = below;
			index = child;
		}
		timers[index] = last;
		return taken;
	}
};
function isBefore(a, b) {
	return a.due === b.due ? a.order < b.order : a.due < b.due;
}
// packages/core/src/simulation/virtual-clock.ts
/** What the wall shows when the clock starts. */
const EPOCH = Date.UTC(2025, 0, 1);
/** More timers than this at one moment are a loop that would never end. */
const MOST_AT_ONCE = 1e5;
/** Time that passes only when it is told to, and then at once. */
var VirtualClock = class {
	#heap = new TimerHeap();
	#now = 0;
	#made = 0;
	#pending = 0;
	#keepingAlive = 0;
	/** Timers that are still to run. */
	get pending() {
		return this.#pending;
	}
	/** Those of them that a process would stay alive for. */
	get keepingAlive() {
		return this.#keepingAlive;
	}
	now() {
		return this.#now;
	}
	date() {
		return EPOCH + this.#now;
	}
	after(milliseconds, run) {
		return this.#add(this.#now + milliseconds, run, true);
	}
	afterIdly(milliseconds, run) {
		return this.#add(this.#now + milliseconds, run, false);
	}
	at(due, _wait, run) {
		return this.#add(Math.max(due, this.#now), () => run(this.#now), true);
	}
	/** Lets time pass; everything that falls due runs in its order. For what is made of callbacks alone. */
	advance(milliseconds) {
		const until = this.#now + milliseconds;
		let atOnce = 0;
		for (let due = this.#nextDue(); due <= until; due = this.#nextDue()) {
			atOnce = due > this.#now ? 0 : atOnce + 1;
			if (atOnce > MOST_AT_ONCE) throw new Error(`Time does not go on: timers start each other at ${due} ms`);
			this.#now = due;
			this.#runNext();
		}
		this.#now = until;
	}
	/** The same for what uses promises: each is followed to its end before the next timer runs. */
	async flow(milliseconds) {
		await this.flowUntil(() => false, milliseconds);
	}
	/** The same, but no longer than until something has come true; answers whether it has. */
	async flowUntil(isTrue, milliseconds) {
		const until = this.#now + milliseconds;
		let atOnce = 0;
		await promisesSettled();
		while (!isTrue()) {
			const due = this.#nextDue();
			if (due > until) {
				this.#now = until;
				return false;
			}
			atOnce = due > this.#now ? 0 : atOnce + 1;
			if (atOnce > MOST_AT_ONCE) throw new Error(`Time does not go on: timers start each other at ${due} ms`);
			this.#now = due;
			while (this.#nextDue() <= due) this.#runNext();
			await promisesSettled();
		}
		return true;
	}
	#add(due, run, keepsAlive) {
		if (!(due >= this.#now)) throw new Error(`A timer for ${due} ms at ${this.#now} ms`);
		const timer = {
			due,
			order: this.#made,
			keepsAlive,
			run
		};
		this.#made += 1;
		this.#heap.add(timer);
		this.#count(timer, 1);
		return { cancel: () => {
			if (timer.run === void 0) return;
			timer.run = void 0;
			this.#count(timer, -1);
		} };
	}
	#nextDue() {
		while (this.#heap.next !== void 0 && this.#heap.next.run === void 0) this.#heap.takeNext();
		return this.#heap.next?.due ?? Infinity;
	}
	#runNext() {
		const timer = this.#heap.takeNext();
		const run = timer?.run;
		if (timer === void 0 || run === void 0) return;
		timer.run = void 0;
		this.#count(timer, -1);
		run();
	}
	#count(timer, by) {
		this.#pending += by;
		if (timer.keepsAlive) this.#keepingAlive += by;
	}
};
/** Resolves when every promise that can settle without time passing has settled. */
function promisesSettled() {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}
// packages/core/src/simulation/hosts/address.ts
/** One address of a pool, the servers behind it, and since when what is true of new connections there. */
var Address = class {
	name;
	backends;
	#target;
	#ledAt = -Infinity;
	#ofService;
	#ofWrites;
	/** When a server behind it last refused writes without a setting that says so. */
	refusedAt = -Infinity;
	#outsideSince = Infinity;
	/** When flows were last dropped there: what was being opened had no answer either. */
	droppedAt = -Infinity;
	constructor(name, backends) {
		this.name = name;
		this.backends = backends;
		this.#target = backends[0];
		this.#ofService = new Since(true, -Infinity);
		this.#ofWrites = new Since(true, -Infinity);
	}
	get target() {
		return this.#target;
	}
	lead(to, now) {
		if (to === void 0 || to === this.#target) return;
		this.#target = to;
		this.#ledAt = now;
	}
	/** Takes note of what is true now; called at least as often as anything changes. */
	look(now) {
		this.#ofService.note(this.#target.isWell, now);
		this.#ofWrites.note(this.#target.takesWrites, now);
		if (this.backends.some(({ refusesWrites }) => refusesWrites)) this.refusedAt = now;
		if (!this.#target.isOutside) this.#outsideSince = Infinity;
		else if (this.#outsideSince === Infinity) this.#outsideSince = now;
	}
	/** For how long new connections have been served. */
	wellFor(now) {
		return Math.min(this.#ofService.trueFor(now), now - this.droppedAt);
	}
	takesWritesFor(now) {
		return Math.min(this.#ofWrites.trueFor(now), now - this.droppedAt);
	}
	/** How long ago new connections were last not served; 0 while they are not. */
	badAgo(now) {
		return Math.min(this.#ofService.falseAgo(now), now - this.droppedAt);
	}
	/** For how long it has led to a server that is not where the pool's writes belong. */
	outsideFor(now) {
		return now - Math.max(this.#outsideSince, this.#ledAt);
	}
	ledFor(now) {
		return now - this.#ledAt;
	}
};
/** Since when something is true, and when it last was not. */
var Since = class {
	#isTrue;
	#changedAt;
	constructor(isTrue, changedAt) {
		this.#isTrue = isTrue;
		this.#changedAt = changedAt;
	}
	note(isTrue, now) {
		if (isTrue === this.#isTrue) return;
		this.#isTrue = isTrue;
		this.#changedAt = now;
	}
	trueFor(now) {
		return this.#isTrue ? now - this.#changedAt : -Infinity;
	}
	falseAgo(now) {
		return this.#isTrue ? now - this.#changedAt : 0;
	}
};
// packages/core/src/simulation/hosts/backend.ts
const READ = "SELECT v FROM t";
const WRITE = "INSERT INTO t VALUES (1)";
const READ_ONLY_NAMES = [
	"read_only",
	"super_read_only",
	"innodb_read_only",
	"transaction_read_only"
];
/** One server that may stand behind an address, and what it answers. */
var Backend = class {
	server;
	#kind;
	frozen = false;
	readOnly;
	refusesWrites = false;
	cluster = "x";
	primary = true;
	replicationStopped = false;
	/** Of the pool's account, on every server. */
	#isPrivileged;
	constructor(server, kind, isPrivileged) {
		this.server = server;
		this.#kind = kind;
		this.#isPrivileged = isPrivileged;
	}
	/** Whether a new connection finds it fit for use. */
	get isWell() {
		if (this.frozen || this.server.ways.welcome !== "accepts") return false;
		if (this.#kind === "galera") return this.primary && this.cluster === "x";
		return !(this.replicationStopped && this.#isPrivileged());
	}
	get takesWrites() {
		return this.isWell && this.readOnly === void 0 && !this.refusesWrites;
	}
	/** It is not where the pool's writes belong. */
	get isOutside() {
		return this.#kind === "galera" && this.cluster !== "x";
	}
	makeWell() {
		this.frozen = false;
		this.server.thaw();
		this.server.ways.welcome = "accepts";
		this.readOnly = void 0;
		this.refusesWrites = false;
		this.cluster = "x";
		this.primary = true;
		this.replicationStopped = false;
	}
	answer(sql) {
		if (sql === "SELECT v FROM t" || sql === "INSERT INTO t VALUES (1)") return this.#work(sql);
		if (sql.startsWith("SHOW GLOBAL VARIABLES")) return this.#variables(sql);
		if (sql.startsWith("SHOW SESSION VARIABLES")) return [];
		if (sql.includes("WSREP_LOCAL_STATE")) return this.#status();
		if (sql.startsWith("SELECT 'READ_ONLY'")) return this.#readOnlyRows(sql);
		if (sql === "SHOW REPLICA STATUS") return this.#replicaStatus();
		if (sql === "SELECT CURRENT_USER()") return [["shop@%"]];
		return [];
	}
	#work(sql) {
		if (this.#kind === "galera" && this.cluster !== "none" && !this.primary) return refusal(1047, "WSREP has not yet prepared");
		if (sql === "SELECT v FROM t") return [["v"]];
		if (this.readOnly === "transaction_read_only") return refusal(1792, "Cannot execute statement in a READ ONLY transaction");
		if (this.readOnly !== void 0 || this.refusesWrites) return refusal(1290, "running with the --read-only option");
		return [];
	}
	#variables(sql) {
		const all = READ_ONLY_NAMES.map((name) => [name, this.#isOn(name)]);
		all.push(["hostname", this.server.name]);
		if (this.#kind === "galera") all.push(["wsrep_on", this.cluster === "none" ? "OFF" : "ON"], ["wsrep_provider", "libgalera_smm.so"]);
		return all.filter(([name]) => sql.includes(`'${name}'`));
	}
	#readOnlyRows(sql) {
		return READ_ONLY_NAMES.map((name) => [name.toUpperCase(), this.#isOn(name)]).filter(([name]) => sql.includes(`'${name}'`));
	}
	#isOn(name) {
		return this.readOnly === name || this.readOnly === "super_read_only" && name === "read_only" ? "ON" : "OFF";
	}
	#status() {
		return [
			["WSREP_LOCAL_STATE", "4"],
			["WSREP_CLUSTER_STATUS", this.primary ? "Primary" : "non-Primary"],
			["WSREP_READY", this.primary ? "ON" : "OFF"],
			["WSREP_REJECT_QUERIES", "NONE"],
			["WSREP_ON", this.cluster === "none" ? "OFF" : "ON"],
			["WSREP_CLUSTER_STATE_UUID", this.cluster],
			["WSREP_CLUSTER_CONF_ID", "1"],
			...READ_ONLY_NAMES.map((name) => [name.toUpperCase(), this.#isOn(name)])
		];
	}
	#replicaStatus() {
		if (!this.#isPrivileged()) return refusal(1227, "you need the REPLICATION CLIENT privilege");
		if (!this.replicationStopped) return [];
		return Object.assign([[
			"Yes",
			"No",
			null
		]], { columns: [
			"Replica_IO_Running",
			"Replica_SQL_Running",
			"Seconds_Behind_Source"
		] });
	}
};
function refusal(errno, message) {
	return Object.assign(new Error(message), {
		errno,
		code: `ER_SIMULATED_${errno}`,
		sqlState: "HY000"
	});
}
// packages/core/src/simulation/hosts/borrowers.ts
/** Those who use the pool. */
var Borrowers = class {
	waiting = /* @__PURE__ */ new Set();
	#pool;
	#clock;
	#failed;
	#leases = [];
	#busy = /* @__PURE__ */ new Set();
	constructor(pool, clock, failed) {
		this.#pool = pool;
		this.#clock = clock;
		this.#failed = failed;
	}
	run(access) {
		this.#follow(this.#pool.query(access === "read" ? READ : WRITE), access, void 0);
	}
	borrow(access) {
		this.#follow(this.#pool.getConnection({ access }).then((lease) => this.#leases.push(lease)), access, void 0);
	}
	put(which, access) {
		const lease = this.#leases[which % Math.max(1, this.#leases.length)];
		if (lease === void 0 || this.#busy.has(lease)) return;
		this.#busy.add(lease);
		const done = lease.query(access === "read" ? READ : WRITE).finally(() => this.#busy.delete(lease));
		this.#follow(done, access, lease);
	}
	release(which) {
		this.#leases.splice(which % Math.max(1, this.#leases.length), 1)[0]?.release();
	}
	releaseAll() {
		for (const lease of this.#leases.splice(0)) lease.release();
	}
	#follow(promise, access, lease) {
		const waiting = {
			access,
			since: this.#clock.now(),
			lease
		};
		this.waiting.add(waiting);
		promise.then(() => this.waiting.delete(waiting), (error) => {
			this.waiting.delete(waiting);
			if (lease === void 0) this.#failed(access, error, waiting.since);
		});
	}
};
// packages/core/src/simulation/hosts/judge.ts
/** Milliseconds for which a word of a new connection may be older than what it brings about: its own time, and a pause. */
const WORD_LASTS = 3500;
/** Milliseconds that statements may wait on a host that is down. */
const DOWN_PATIENCE = 1300;
/** Milliseconds after which a host that is well has to be used again … */
const BACK_WITHIN = 5e3;
/** … and after which one that takes writes again has to get them, where no one waits for it. */
const WRITES_WITHIN = 14e3;
/** Milliseconds from when an address leads to a server that takes writes, until none fails for what went before. */
const WRITES_SEEN_WITHIN = 1e3;
/** Milliseconds for which refusals that no setting explains may count. */
const REFUSALS_LAST = 13e4;
/** Milliseconds after which no write may reach a server outside the cluster. */
const OUTSIDE_KNOWN = 5e3;
/** The same where the address has come to lead there: each of the pool's own connections may have led elsewhere. */
const ELSEWHERE_KNOWN = 4e4;
/** Looks at what the pool says and does, beside what is true of the servers. */
var Judge = class {
	violation;
	/** How long the application's password function takes; -1 for ever. */
	passwordTime = 0;
	#options;
	#addresses;
	#pool;
	#clock;
	#downSince = /* @__PURE__ */ new Map();
	#readOnlySince = /* @__PURE__ */ new Map();
	/** When the password function was last slow: nothing could be asked. */
	#unaskableAt = -Infinity;
	constructor(options, addresses, pool, clock) {
		this.#options = options;
		this.#addresses = addresses;
		this.#pool = pool;
		this.#clock = clock;
	}
	broken(rule, detail) {
		this.violation ??= {
			rule,
			detail: `${detail}, at ${Math.round(this.#clock.now())} ms`
		};
	}
	get allWell() {
		const sound = (state) => state === "up" || state === "unknown" && !this.#options.probes;
		return this.#pool.status().hosts.every(({ state, writable, reason }) => sound(state) && writable && reason === "");
	}
	/** The pool has called a host down. */
	calledDown(host, reason) {
		const now = this.#look();
		const address = this.#addressOf(host);
		if (address === void 0 || !this.#options.probes) return;
		if (address.badAgo(now) > WORD_LASTS) this.broken("a host is down only when a new connection says so", `${host}: ${reason}`);
	}
	/** A write was acknowledged. */
	wrote(address, backend) {
		const now = this.#look();
		if (!this.#options.probes || backend !== address.target || this.#isUnaskable(now, ELSEWHERE_KNOWN)) return;
		if (address.outsideFor(now) > OUTSIDE_KNOWN && address.ledFor(now) > ELSEWHERE_KNOWN) this.broken("no write goes to a server outside the cluster", `${backend.server.name}, in ${backend.cluster}`);
	}
	/** A statement of the pool's own has failed. */
	failed(access, error, since) {
		const now = this.#look();
		const { code, errno } = error;
		if (code === "ERR_HOSTPOOL_NO_HOST" && this.#options.probes) {
			const well = this.#addresses.find((address) => this.#servesSurely(address, access, now));
			if (well !== void 0) this.broken("no borrower is refused while a host is well", `a ${access}, and ${well.name} is well`);
		}
		const refused = errno === 1290 || errno === 1792;
		const [address, another] = this.#addresses;
		if (!refused || address === void 0 || another !== void 0 || now - address.refusedAt < REFUSALS_LAST) return;
		if (address.takesWritesFor(now) > now - since + WRITES_SEEN_WITHIN) this.broken("no write is refused where new connections may write", String(error));
	}
	inspect(waiting) {
		const now = this.#look();
		const { hosts, waiting: queued } = this.#pool.status();
		for (const host of hosts) {
			note(this.#downSince, host.name, host.state === "down", now);
			note(this.#readOnlySince, host.name, !host.writable, now);
			this.#inspectMarks(host, now);
		}
		if (queued > 0) return;
		for (const { lease, since, access } of waiting) {
			if (lease === void 0) continue;
			const down = this.#downSince.get(lease.host);
			if (down === void 0 || now - Math.max(down, since) <= DOWN_PATIENCE) continue;
			this.broken("no borrower waits on a host that is down", `a ${access} on ${lease.host}`);
		}
	}
	/** All has been well for long. */
	recovered(waiting) {
		if (waiting > 0) this.broken("everything settles", `${waiting} wait`);
		if (this.allWell) return;
		const ill = this.#pool.status().hosts.map(({ name, state, writable, reason }) => `${name} ${state} ${writable} ${reason}`);
		this.broken("every mark is taken back", ill.join("; "));
	}
	/** What is said against a host must be true of new connections, or have been a moment ago. */
	#inspectMarks({ name, state, reason }, now) {
		const address = this.#addressOf(name);
		if (address === void 0 || this.#isUnaskable(now, WRITES_WITHIN)) return;
		const down = now - (this.#downSince.get(name) ?? now);
		if (Math.min(down, address.wellFor(now)) > BACK_WITHIN) this.broken("every mark is taken back", `${name} is down: ${reason}`);
		const refusals = now - address.refusedAt < REFUSALS_LAST;
		const readOnly = now - (this.#readOnlySince.get(name) ?? now);
		if (state === "up" && !refusals && Math.min(readOnly, address.takesWritesFor(now)) > WRITES_WITHIN) this.broken("every mark is taken back", `${name} gets no writes: ${reason}`);
	}
	#servesSurely(address, access, now) {
		if (this.#isUnaskable(now, BACK_WITHIN) || address.wellFor(now) <= BACK_WITHIN) return false;
		return access === "read" || this.#takesWritesSurely(address, now);
	}
	#takesWritesSurely(address, now) {
		if (now - address.refusedAt < REFUSALS_LAST || address.ledFor(now) <= WRITES_WITHIN) return false;
		return address.takesWritesFor(now) > WRITES_WITHIN && !this.#isUnaskable(now, WRITES_WITHIN);
	}
	#isUnaskable(now, within) {
		return now - this.#unaskableAt <= within;
	}
	#look() {
		const now = this.#clock.now();
		if (this.passwordTime !== 0) this.#unaskableAt = now;
		for (const address of this.#addresses) address.look(now);
		return now;
	}
	#addressOf(host) {
		return this.#addresses.find(({ name }) => host === `${name}:3306`);
	}
};
/** Keeps since when something is so. */
function note(since, name, isSo, now) {
	if (!isSo) since.delete(name);
	else if (!since.has(name)) since.set(name, now);
}
// packages/core/src/simulation/hosts/trial.ts
/** Milliseconds between two inspections. */
const STEP = 100;
/** Time after which nothing that has passed may be held against a host: the longest that refusals are believed, and more. */
const RECOVERY = 13e4;
/** Lives one life, step by step, and has every step inspected. */
var Trial = class {
	#life;
	#trace;
	#clock = new VirtualClock();
	#addresses;
	#pool;
	#judge;
	#borrowers;
	#privileged = true;
	#passwordTime = 0;
	constructor(life, trace = () => void 0) {
		this.#life = life;
		this.#trace = trace;
		const { options, seed } = life;
		const clock = this.#clock;
		this.#addresses = Array.from({ length: options.addresses }, (_, index) => {
			const backend = (which) => new Backend(new FakeServer(`h${index}${which}`, clock), options.kind, () => this.#privileged);
			return new Address(`h${index}`, [backend("a"), backend("b")]);
		});
		const byServer = new Map(this.#addresses.flatMap((address) => address.backends.map((backend) => [backend.server, {
			address,
			backend
		}])));
		const driver = new FakeDriver((host) => this.#named(host).target.server);
		driver.answer = (sql, server) => {
			const found = byServer.get(server);
			if (found === void 0) return [];
			const answer = found.backend.answer(sql);
			if (sql === "INSERT INTO t VALUES (1)" && !(answer instanceof Error)) this.#judge.wrote(found.address, found.backend);
			return answer;
		};
		this.#pool = new Hostpool(resolveConfig({
			host: this.#addresses.map(({ name }) => name),
			user: "shop",
			password: () => this.#password(),
			connectionLimit: options.connectionLimit,
			selector: options.selector,
			acquireTimeout: 5e3,
			connectTimeout: 2e3,
			health: { probe: options.probes ? "auto" : false }
		}), {
			clock,
			random: createRandom(seed),
			driver
		});
		this.#judge = new Judge(options, this.#addresses, this.#pool, clock);
		for (const event of [
			"hostDown",
			"hostSuspect",
			"hostUp"
		]) this.#pool.on(event, ({ host, reason }) => {
			trace(`  ${Math.round(clock.now())} ${event} ${host}: ${reason}`);
			if (event === "hostDown") this.#judge.calledDown(host, reason);
		});
		this.#pool.on("warning", ({ message }) => trace(`  warning: ${message}`));
		this.#borrowers = new Borrowers(this.#pool, clock, (access, error, since) => {
			trace(`  a ${access} failed: ${String(error)}`);
			this.#judge.failed(access, error, since);
		});
	}
	/** The first rule that did not hold; undefined when all did. */
	async run() {
		for (let index = 0; index < 3; index += 1) this.#borrowers.run("write");
		await this.#wait(3e3);
		for (const [index, operation] of this.#life.operations.entries()) {
			if (this.#judge.violation !== void 0) return this.#judge.violation;
			this.#trace(`${index}. ${JSON.stringify(operation)} at ${Math.round(this.#clock.now())}`);
			await this.#do(operation);
			await this.#wait(0);
		}
		if (this.#judge.violation === void 0) await this.#recover();
		await this.#end();
		return this.#judge.violation;
	}
	async #do(operation) {
		const borrowers = this.#borrowers;
		switch (operation.do) {
			case "run":
				for (let index = 0; index < operation.count; index += 1) borrowers.run(operation.access);
				return;
			case "borrow":
				borrowers.borrow(operation.access);
				return;
			case "put":
				borrowers.put(operation.which, operation.access);
				return;
			case "release":
				borrowers.release(operation.which);
				return;
			case "wait":
				await this.#wait(operation.time);
				return;
			case "privilege":
				this.#privileged = operation.on;
				return;
			case "password":
				this.#passwordTime = operation.time;
				this.#judge.passwordTime = operation.time;
				return;
			case "end sessions":
				for (let time = 0; time < operation.times; time += 1) {
					this.#befall(operation);
					await this.#clock.flow(time === operation.times - 1 ? 0 : 2);
				}
				return;
			default: this.#befall(operation);
		}
	}
	#befall(operation) {
		const address = this.#addresses[operation.address % this.#addresses.length];
		const backend = address?.backends[operation.server % 2];
		if (address === void 0 || backend === void 0) return;
		const { server } = backend;
		switch (operation.do) {
			case "lead":
				address.lead(backend, this.#clock.now());
				break;
			case "switch over":
				if (address.target !== backend) address.target.readOnly = "read_only";
				address.lead(backend, this.#clock.now());
				break;
			case "freeze":
				backend.frozen = true;
				server.freeze();
				break;
			case "thaw":
				backend.frozen = false;
				server.thaw();
				break;
			case "welcome":
				server.ways.welcome = operation.how;
				break;
			case "end sessions":
				server.dropAll();
				break;
			case "drop flows":
				server.muteAll();
				address.droppedAt = this.#clock.now();
				break;
			case "read only":
				backend.readOnly = operation.name === "none" ? void 0 : operation.name;
				break;
			case "refuse writes":
				backend.refusesWrites = operation.on;
				break;
			case "cluster":
				backend.cluster = operation.cluster;
				break;
			case "primary":
				backend.primary = operation.on;
				break;
			case "stop replication": backend.replicationStopped = operation.on;
		}
	}
	async #wait(time) {
		this.#judge.inspect(this.#borrowers.waiting);
		for (let left = time; left > 0 && this.#judge.violation === void 0; left -= STEP) {
			await this.#clock.flow(Math.min(left, STEP));
			this.#judge.inspect(this.#borrowers.waiting);
		}
		if (time === 0) await this.#clock.flow(0);
		this.#judge.inspect(this.#borrowers.waiting);
	}
	/** Every server is well, and all is given back: nothing is held against any host for ever, and everything settles. */
	async #recover() {
		this.#trace(`recovery at ${Math.round(this.#clock.now())}`);
		this.#passwordTime = 0;
		this.#judge.passwordTime = 0;
		this.#privileged = true;
		for (const { backends } of this.#addresses) for (const backend of backends) {
			backend.makeWell();
			backend.server.giveUpMuted();
		}
		for (let time = 0; time < RECOVERY && !this.#isSettled(time); time += 1e3) {
			this.#borrowers.releaseAll();
			await this.#clock.flow(1e3);
		}
		this.#judge.recovered(this.#borrowers.waiting.size);
		for (const access of ["read", "write"]) {
			this.#borrowers.run(access);
			await this.#clock.flow(2e3);
			if (this.#borrowers.waiting.size > 0) this.#judge.broken("a pool among servers that are well works", `a ${access} waits`);
		}
	}
	#isSettled(time) {
		const { waiting } = this.#borrowers;
		return time >= 15e3 && waiting.size === 0 && this.#judge.allWell;
	}
	async #end() {
		this.#borrowers.releaseAll();
		const state = { ended: false };
		this.#pool.end().then(() => state.ended = true);
		await this.#clock.flow(15e3);
		if (!state.ended) this.#judge.broken("an end comes to its end", "not within 15 s");
	}
	/** The application's own function. */
	#password() {
		const time = this.#passwordTime;
		return new Promise((resolve) => {
			if (time >= 0) this.#clock.afterIdly(time, () => resolve("secret"));
		});
	}
	#named(host) {
		const found = this.#addresses.find(({ name }) => name === host);
		if (found === void 0) throw new Error(`There is no address ${host}`);
		return found;
	}
};
// packages/core/src/simulation/hosts/search.ts
const KIND = {
	generate: generateLife,
	sizeOf: ({ operations }) => operations.length,
	plainerOptions: [
		{ addresses: 2 },
		{ addresses: 1 },
		{ kind: "replication" },
		{ kind: "galera" },
		{ probes: true },
		{ connectionLimit: 2 },
		{ selector: "ordered" }
	].map((options) => () => options),
	plainerOperations
};
function plainerOperations(operation) {
	switch (operation.do) {
		case "run": return operation.count === 1 ? [] : [{
			...operation,
			count: 1
		}];
		case "end sessions": return operation.times === 1 ? [] : [{
			...operation,
			times: 1
		}];
		case "put":
		case "release": return operation.which === 0 ? [] : [{
			...operation,
			which: 0
		}];
		case "wait": return [
			0,
			100,
			1e3,
			5e3
		].filter((time) => time < operation.time).map((time) => ({
			do: "wait",
			time
		}));
		default: return [];
	}
}
/** Lives random lives one after the other, until so many operations are done or a rule is broken. */
function search(seed, operations, options = {}) {
	const { onLife, shortens = true } = options;
	return liveAllInTime(searching(KIND, seed, operations, {
		onLife,
		shortens: () => shortens
	}), (life) => new Trial(life).run());
}
/** What happened in a life, line by line, and how it ended. */
async function tellLife(life) {
	const lines = [];
	const violation = await new Trial(life, (line) => lines.push(line)).run();
	return [...lines, violation === void 0 ? "every rule held" : `broken: ${violation.rule} (${violation.detail})`];
}
async function describeFinding(finding) {
	return wordsOfFinding(finding, "--hosts --replay", await tellLife(finding.shortened));
}
export { describeFinding, search, tellLife };
