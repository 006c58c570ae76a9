/**
 * What the schemas are made of: zod's lean form, for each schema of the other carries forty functions of its own. The build
 * puts these parts into the package and nothing else of zod, of which every entry loads sixty languages.
 */
export {
  array,
  boolean,
  custom,
  enum,
  int,
  literal,
  maximum,
  minimum,
  number,
  optional,
  prefault,
  record,
  refine,
  regex,
  strictObject,
  string,
  union,
  unknown,
  _default as withDefault,
  ZodMiniArray,
  ZodMiniBoolean,
  ZodMiniCustom,
  ZodMiniDefault,
  ZodMiniEnum,
  ZodMiniLiteral,
  ZodMiniNumber,
  ZodMiniObject,
  ZodMiniOptional,
  ZodMiniPrefault,
  ZodMiniRecord,
  ZodMiniString,
  ZodMiniUnion,
} from 'zod/mini'
export type { core, input, output, ZodMiniNumberFormat, ZodMiniType } from 'zod/mini'
