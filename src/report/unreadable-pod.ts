/** Why nobody but its owner can tell whether a pod runs in a folder. */
export const unreadablePodText = ({
  path,
  owner,
}: {
  readonly path: string;
  readonly owner: string;
}): string =>
  `${path} is ${owner}'s, and not readable: whether a pod runs here only ${owner} can tell. ` +
  `Ask as ${owner}, or remove it as ${owner} if none runs`;
