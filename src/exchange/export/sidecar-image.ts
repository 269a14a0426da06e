/** Where the image of ready-made sidecars has this package. */
export const PACKAGE_IN_IMAGE = '/usr/local/lib/node_modules/sidecarctl';

/** The folder of their programs in it. */
export const PROGRAMS_IN_IMAGE = `${PACKAGE_IN_IMAGE}/dist/programs`;
