/** A template cannot be rendered with the values that there are; trying again changes nothing. */
export class RenderError extends Error {}
