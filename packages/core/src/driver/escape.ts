export { escapeId } from 'mysql2'
