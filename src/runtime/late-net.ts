/**
 * Node's sockets. To load them takes 3 ms of a start, and more with what they load in turn, so that the first process is launched
 * before.
 */
export const lateNet = () => process.getBuiltinModule('node:net');
