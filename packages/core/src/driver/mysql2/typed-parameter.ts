// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'
import type * as Mysql2 from 'mysql2'

/**
 * mysql2's parameters with a wire type of their own, for prepared statements: `TypedParameter.NEWDECIMAL('1.50')`. The class
 * must come from the copy of mysql2 with which this pool sends statements.
 */
export const TypedParameter: typeof Mysql2.TypedParameter = mysql2.TypedParameter
