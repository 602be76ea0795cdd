// Command number is the demo function that waits for another service: it
// answers with a fact about a number from a numbers service (NUMBERS_API_URL,
// default http://numbersapi.com).
//
//	POST {"number": 5, "type": "trivia"}
//	200  Running on:aarch64 - 5 is ...
//	400  {"error": "..."} where the request is wrong
//	502  {"error": "..."} where the numbers service is
package main

import (
	"cmp"
	"context"
	"log"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/dualarch/dualarch/functions/internal/httpapi"
	"github.com/dualarch/dualarch/functions/internal/machine"
	"github.com/dualarch/dualarch/functions/number/fact"
)

func main() {
	service, err := fact.NewService(cmp.Or(os.Getenv("NUMBERS_API_URL"), "http://numbersapi.com"))
	if err != nil {
		log.Fatalf("NUMBERS_API_URL: %v", err)
	}
	lambda.Start(handler(service))
}

func handler(service *fact.Service) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body, err := httpapi.Body(event)
		if err != nil {
			return httpapi.Error(http.StatusBadRequest, err)
		}
		question, err := fact.ParseQuestion(body)
		if err != nil {
			return httpapi.Error(http.StatusBadRequest, err)
		}
		answer, err := service.Ask(ctx, question)
		if err != nil {
			log.Print(err) // says what the service did, never what was asked
			return httpapi.Error(http.StatusBadGateway, err)
		}
		return httpapi.Text(http.StatusOK, "Running on:"+machine.Name()+" - "+answer), nil
	}
}
