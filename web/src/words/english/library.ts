/** Texts of the library and of one image. */
export const library = {
  title: 'Library',
};
