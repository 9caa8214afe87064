"use strict";

// The document is JSON. Swagger UI reads it as YAML, which takes far longer.
const readJson = () => ({
  statePlugins: {
    spec: {
      actions: {
        parseToJson: (text) => ({ specActions, specSelectors }) =>
          specActions.updateJsonSpec(JSON.parse(text || specSelectors.specStr())),
      },
    },
  },
});

// The operations stay in the order of the document, which is the order in which a newcomer needs them.
SwaggerUIBundle({
  dom_id: "#ui",
  url: "/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  // The key stays in this browser until it is taken back with Logout.
  persistAuthorization: true,
  plugins: [readJson],
  requestSnippetsEnabled: true,
  tryItOutEnabled: false,
  validatorUrl: null,
});
