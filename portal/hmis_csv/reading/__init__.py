"""The export's zip: looked over before it is opened, its activity read as a stream, no client field ever."""
