/** What the tests call the API with: the library that the older services' clients are written with, and a fuzzer. */
export const API_CLIENTS = {
  name: 'api-clients',
  packages: ['requests==2.34.2', 'websocket-client==1.9.2', 'schemathesis==4.32.5'],
};
