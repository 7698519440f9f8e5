"""Every address × every role × own and foreign department."""
