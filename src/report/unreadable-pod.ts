/** Says why only the owner can tell whether a pod runs in a folder. */
export const unreadablePodText = ({
  path,
  owner,
}: {
  readonly path: string;
  readonly owner: string;
}): string =>
  `${path} belongs to ${owner} and is not readable, so only ${owner} can tell whether a pod runs here. ` +
  `Ask as ${owner}, or remove it as ${owner} if no pod runs`;
