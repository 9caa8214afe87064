"use strict";

const address = "/openapi.json";

// The page asks for the document before it has this script; here it only takes it up.
const found = fetch(address).then((answer) => {
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return answer.json();
});

// Swagger UI would read the document as YAML, which takes far longer. It would choose the server
// only after it drew everything, and draw everything again.
const take = (spec) => () => ({
  statePlugins: {
    spec: {
      actions: {
        parseToJson: () => ({ specActions, oas3Actions }) => {
          specActions.updateUrl(address);
          specActions.updateJsonSpec(spec);
          oas3Actions.setSelectedServer(spec.servers[0].url);
        },
      },
    },
  },
});

// The operations stay in the order of the document, which is the order in which a newcomer needs them.
const start = (source) =>
  SwaggerUIBundle({
    dom_id: "#ui",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: true,
    // The key stays in this browser until it is taken back with Logout.
    persistAuthorization: true,
    requestSnippetsEnabled: true,
    tryItOutEnabled: false,
    validatorUrl: null,
    ...source,
  });

found.then(
  (spec) => start({ spec, plugins: [take(spec)] }),
  // Swagger UI asks again, and says what is wrong if that fails too.
  () => start({ url: address }),
);
