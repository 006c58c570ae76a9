/**
 * What the schemas are made of. The build puts these parts of zod into the package: every entry of zod loads all of its
 * sixty languages, which would take more of an application's memory, and of its start, than the rest of the pool.
 */
export {
  array,
  boolean,
  custom,
  enum,
  int,
  literal,
  number,
  record,
  strictObject,
  string,
  union,
  unknown,
  ZodArray,
  ZodBoolean,
  ZodCustom,
  ZodDefault,
  ZodEnum,
  ZodLiteral,
  ZodNumber,
  ZodObject,
  ZodOptional,
  ZodPrefault,
  ZodReadonly,
  ZodRecord,
  ZodString,
  ZodUnion,
} from 'zod'
export type { core, input, output, ZodInt } from 'zod'
