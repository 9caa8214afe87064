// Updating one field leaves all others unchanged, and answers may have new fields and new enum
// values.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"pricebook/client"
)

// A transport that changes answers as a later version may: every object has an additional field,
// and prices have a new billing interval.
type later struct{ seen int }

func (l *later) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	var body any
	decoder := json.NewDecoder(answer.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		return nil, err
	}
	l.seen += grow(body)
	grown, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	answer.ContentLength = int64(len(grown))
	answer.Header.Set("content-length", fmt.Sprint(len(grown)))
	answer.Body = reader{strings.NewReader(string(grown))}
	return answer, nil
}

type reader struct{ *strings.Reader }

func (reader) Close() error { return nil }

// Changes every object except metadata, whose keys belong to the client.
func grow(value any) int {
	count := 0
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if name != "metadata" {
				count += grow(inner)
			}
		}
		if _, is := value["billingInterval"]; is {
			value["billingInterval"] = "addedLater"
		}
		value["addedLater"] = map[string]any{"a": 1}
		count++
	case []any:
		for _, inner := range value {
			count += grow(inner)
		}
	}
	return count
}

func must[T any](value T, answer *http.Response, err error) T {
	if err != nil {
		log.Fatalf("%v: %+v", err, answer)
	}
	return value
}

func main() {
	log.SetFlags(log.Lshortfile)
	transport := &later{}
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: os.Getenv("PRICEBOOK_URL") + "/api/v1"}}
	configuration.AddDefaultHeader("x-api-key", os.Getenv("PRICEBOOK_KEY"))
	configuration.HTTPClient = &http.Client{Transport: transport}
	api := client.NewAPIClient(configuration)
	plans := api.PlansAPI
	ctx := context.Background()

	code := fmt.Sprintf("go_%d", time.Now().UnixNano())
	wish := client.NewCreatePlanRequest("From Go "+code, code)
	wish.SetDescription("what stays")
	wish.SetMetadata(map[string]any{"tier": "gold"})
	wish.SetIsPublic(true)
	must(plans.CreatePlan(ctx).CreatePlanRequest(*wish).Execute())
	monthly := client.NewAddPlanPriceRequest(client.BILLINGINTERVAL_MONTHLY, 4900)
	must(api.PlanPricesAPI.AddPlanPrice(ctx, code).AddPlanPriceRequest(*monthly).Execute())
	made := must(plans.GetPlan(ctx, code).Execute()).Data

	change := client.NewUpdatePlanRequest()
	change.SetName("Renamed " + code)
	must(plans.UpdatePlan(ctx, code).UpdatePlanRequest(*change).Execute())

	found := must(plans.GetPlan(ctx, code).Execute()).Data
	if found.GetName() != "Renamed "+code {
		log.Fatalf("the name is %q", found.GetName())
	}
	price := found.GetPrices()[0]
	if price.GetBillingInterval() != client.BILLINGINTERVAL_UNKNOWN_DEFAULT_OPEN_API {
		log.Fatalf("a new value of an enum is read as %q", price.GetBillingInterval())
	}
	if price.GetPrice() != 4900 {
		log.Fatalf("the price is %d", price.GetPrice())
	}
	// Everything else is unchanged.
	expected, actual := fields(made), fields(found)
	for _, name := range []string{"name", "updatedAt"} {
		delete(expected, name)
		delete(actual, name)
	}
	if !reflect.DeepEqual(expected, actual) {
		log.Fatalf("an update of the name changed more:\n%v\n%v", expected, actual)
	}
	if actual["description"] != "what stays" || !reflect.DeepEqual(actual["metadata"], map[string]any{"tier": "gold"}) {
		log.Fatalf("not as it was made: %v", actual)
	}
	if transport.seen == 0 {
		log.Fatal("no answer had a field that is new")
	}
}

func fields(plan any) map[string]any {
	written, err := json.Marshal(plan)
	if err != nil {
		log.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(written, &read); err != nil {
		log.Fatal(err)
	}
	return read
}
