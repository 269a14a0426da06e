/** Makes whoever changes it, or anything in it, throw: plain values, and maps too. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) freezeMap(value);
  else Object.freeze(value);
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(inner);
  return value;
};

/** A frozen map still takes entries: they are not its properties. */
const freezeMap = (map: Map<unknown, unknown>): void => {
  const refuse = (): never => {
    throw new TypeError('this map must not be changed');
  };
  Object.freeze(Object.assign(map, { set: refuse, delete: refuse, clear: refuse }));
};
