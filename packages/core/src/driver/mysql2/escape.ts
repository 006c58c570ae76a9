export { escape, escapeId } from 'mysql2'
