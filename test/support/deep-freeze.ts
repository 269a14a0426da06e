import { Records } from '../../src/core/records.ts';

/** Makes whoever changes it, or anything in it, throw: plain values, maps and a pod's records too. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const isMap = value instanceof Map || value instanceof Records;
  if (isMap) freezeMap(value);
  else Object.freeze(value);
  for (const inner of isMap ? value.values() : Object.values(value)) deepFreeze(inner);
  return value;
};

/** A frozen map still takes entries: they are not its properties. */
const freezeMap = (map: object): void => {
  const refuse = (): never => {
    throw new TypeError('this map must not be changed');
  };
  Object.freeze(Object.assign(map, { set: refuse, delete: refuse, clear: refuse, put: refuse }));
};
