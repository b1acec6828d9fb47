import 'react';

declare module 'react' {
  interface InputHTMLAttributes<T> {
    /** Lets a person choose a folder; in every browser, in no standard that React's types follow. */
    webkitdirectory?: '';
  }
}
