import { HEADER, OutgoingPacket } from '../outgoing-packet.js'

const COM_QUERY = 0x03

/**
 * Writes COM_QUERY for a text in UTF-8, byte for byte as mysql2 does.
 * @param counted - whether the server takes query attributes, so that the packet says that there are none
 */
export function queryPacket(sql: string, counted: boolean): OutgoingPacket {
  const start = HEADER + (counted ? 3 : 1)
  const length = Buffer.byteLength(sql)
  const packet = new OutgoingPacket(start + length)
  const { buffer } = packet
  buffer[HEADER] = COM_QUERY
  if (counted) {
    buffer[HEADER + 1] = 0
    // The number of attribute sets; the protocol allows only 1.
    buffer[HEADER + 2] = 1
  }
  buffer.write(sql, start, length)
  return packet
}
