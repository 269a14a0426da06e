/** The connection was not open in time. */
export class ConnectTimeout extends Error {}
