/** Members that an object of a line may have; one with more is left to JSON.parse. */
export const MOST_MEMBERS = 64;

/** Where the members of an object of JSON are in its bytes. One object is used for all lines. */
export interface ObjectPlaces {
  /** Of each member: start and end of its name without quotes, and of its value. */
  readonly places: Int32Array;
  length: number;
  /** Index of the member that is the text of the line; -1: there is none. */
  message: number;
  /** Milliseconds since 1970; `null`: it says none. */
  time: number | null;
  severity: number;
}

/** Numbers that are kept of a member. */
export const OF_MEMBER = 4;

export const newObjectPlaces = (): ObjectPlaces => ({
  places: new Int32Array(OF_MEMBER * MOST_MEMBERS),
  ...{ length: 0, message: -1, time: null, severity: 0 },
});
