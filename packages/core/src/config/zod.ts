/**
 * The parts of zod that the schemas use. They come from zod/mini, because each schema of zod itself has forty functions of its
 * own. The build bundles these parts only: every entry of zod would load sixty languages.
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
